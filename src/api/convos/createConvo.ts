import { createConvo as create } from '../../convo/create.js'
import { convoView } from '../../convo/read/convo-view.js'
import type { Server } from '../../lexicon/index.js'
import { changeOf } from '../change.js'
import type { Context } from '../handler-context.js'
import { oneOf } from '../decode.js'
import { metadataOf, policyOf } from '../settings.js'

export function createConvo(server: Server, ctx: Context) {
  server.blue.catbird.mls.createConvo({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { genesis, change, kind, metadata, encryptedMetadata, policy } = input.body
      const actor = auth.credentials.did
      const convoId = await create(ctx, {
        actor,
        genesis,
        ...(change && { change: changeOf(change) }),
        kind: oneOf('kind', kind, ['group', 'direct']),
        ...(metadata && { metadata: metadataOf(metadata) }),
        ...(encryptedMetadata && { encryptedMetadata }),
        ...(policy && { policy: policyOf(policy) }),
      })
      const convo = await convoView(ctx.db, actor, convoId)
      return { encoding: 'application/json', body: { convo } }
    },
  })
}
