import { convoView } from '../../convo/read/convo-view.js'
import { updateSettings } from '../../convo/settings.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'
import { metadataOf, policyOf } from '../settings.js'

export function updateConvo(server: Server, ctx: Context) {
  server.blue.catbird.mls.updateConvo({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { metadata, encryptedMetadata, policy } = input.body
      const actor = auth.credentials.did
      const convoId = convoIdOf(input.body.convoId)
      await updateSettings(ctx, {
        actor,
        convoId,
        ...(metadata && { metadata: metadataOf(metadata) }),
        ...(encryptedMetadata && { encryptedMetadata }),
        ...(policy && { policy: policyOf(policy) }),
      })
      const convo = await convoView(ctx.db, actor, convoId)
      return { encoding: 'application/json', body: { convo } }
    },
  })
}
