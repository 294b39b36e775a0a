import { readPosition } from '../../convo/read/position.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function getEpoch(server: Server, ctx: Context) {
  server.blue.catbird.mls.getEpoch({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const body = await readPosition(ctx.db, convoIdOf(params.convoId), auth.credentials.did)
      return { encoding: 'application/json', body }
    },
  })
}
