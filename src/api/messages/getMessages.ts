import { readMessages } from '../../convo/read/messages.js'
import type { Server } from '../../lexicon/index.js'
import type { Seq } from '../../lib/ids.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function getMessages(server: Server, ctx: Context) {
  server.blue.catbird.mls.getMessages({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const body = await readMessages(ctx.db, {
        convoId: convoIdOf(params.convoId),
        did: auth.credentials.did,
        sinceSeq: params.sinceSeq as Seq | undefined,
        beforeSeq: params.beforeSeq as Seq | undefined,
        limit: params.limit,
      })
      return { encoding: 'application/json', body }
    },
  })
}
