import { leaveConvo as leave } from '../../convo/leave.js'
import type { Server } from '../../lexicon/index.js'
import type { Seq } from '../../lib/ids.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function leaveConvo(server: Server, ctx: Context) {
  server.blue.catbird.mls.leaveConvo({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { convoId, joinedSeq } = input.body
      const { newEpoch, seq } = await leave(ctx, {
        actor: auth.credentials.did,
        convoId: convoIdOf(convoId),
        ...(joinedSeq !== undefined && { joinedSeq: joinedSeq as Seq }),
      })
      return { encoding: 'application/json', body: { success: true, newEpoch, seq } }
    },
  })
}
