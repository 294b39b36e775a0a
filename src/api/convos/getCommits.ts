import { readCommits } from '../../convo/read/commits.js'
import type { Server } from '../../lexicon/index.js'
import type { Epoch } from '../../lib/ids.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function getCommits(server: Server, ctx: Context) {
  server.blue.catbird.mls.getCommits({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const convoId = convoIdOf(params.convoId)
      const commits = await readCommits(ctx.db, {
        convoId,
        did: auth.credentials.did,
        generation: params.generation,
        fromEpoch: params.fromEpoch as Epoch,
        toEpoch: params.toEpoch as Epoch | undefined,
        limit: params.limit,
      })
      return { encoding: 'application/json', body: { convoId, commits } }
    },
  })
}
