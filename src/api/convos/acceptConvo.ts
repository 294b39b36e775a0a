import { acceptConvo as accept } from '../../convo/accept.js'
import { convoView } from '../../convo/read/convo-view.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function acceptConvo(server: Server, ctx: Context) {
  server.blue.catbird.mls.acceptConvo({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const actor = auth.credentials.did
      const convoId = convoIdOf(input.body.convoId)
      await accept(ctx, { actor, convoId })
      const convo = await convoView(ctx.db, actor, convoId)
      return { encoding: 'application/json', body: { convo } }
    },
  })
}
