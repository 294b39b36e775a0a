import { memberViews } from '../../convo/read/member-views.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function getMembers(server: Server, ctx: Context) {
  server.blue.catbird.mls.getMembers({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const body = await memberViews(ctx.db, {
        convoId: convoIdOf(params.convoId),
        did: auth.credentials.did,
        limit: params.limit,
        cursor: params.cursor,
      })
      return { encoding: 'application/json', body }
    },
  })
}
