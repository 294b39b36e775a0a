import { readGroupInfo } from '../../convo/read/group-info.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function getGroupInfo(server: Server, ctx: Context) {
  server.blue.catbird.mls.getGroupInfo({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const body = await readGroupInfo(ctx.db, convoIdOf(params.convoId), auth.credentials.did)
      // The next commit makes it useless.
      return { encoding: 'application/json', body, headers: { 'Cache-Control': 'no-store' } }
    },
  })
}
