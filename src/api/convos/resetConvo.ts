import { convoView } from '../../convo/read/convo-view.js'
import { resetConvo as reset } from '../../convo/reset.js'
import type { Server } from '../../lexicon/index.js'
import { changeOf } from '../change.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function resetConvo(server: Server, ctx: Context) {
  server.blue.catbird.mls.resetConvo({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { genesis, change } = input.body
      const actor = auth.credentials.did
      const convoId = convoIdOf(input.body.convoId)
      await reset(ctx, { actor, convoId, genesis, ...(change && { change: changeOf(change) }) })
      const convo = await convoView(ctx.db, actor, convoId)
      return { encoding: 'application/json', body: { convo } }
    },
  })
}
