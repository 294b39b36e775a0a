import { requireConvoView } from '../../convo/read/convo-view.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function getConvo(server: Server, ctx: Context) {
  server.blue.catbird.mls.getConvo({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const convo = await requireConvoView(ctx.db, auth.credentials.did, convoIdOf(params.convoId))
      return { encoding: 'application/json', body: { convo } }
    },
  })
}
