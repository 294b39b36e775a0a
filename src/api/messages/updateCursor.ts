import { moveCursor } from '../../convo/read/move-cursor.js'
import type { Server } from '../../lexicon/index.js'
import type { Seq } from '../../lib/ids.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function updateCursor(server: Server, ctx: Context) {
  server.blue.catbird.mls.updateCursor({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const seq = await moveCursor(ctx, {
        convoId: convoIdOf(input.body.convoId),
        did: auth.credentials.did,
        seq: input.body.seq as Seq,
      })
      return { encoding: 'application/json', body: { seq } }
    },
  })
}
