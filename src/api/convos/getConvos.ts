import { listConvos } from '../../convo/read/list-convos.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { oneOf } from '../decode.js'

export function getConvos(server: Server, ctx: Context) {
  server.blue.catbird.mls.getConvos({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const { limit, cursor, status } = params
      const body = await listConvos(ctx.db, {
        did: auth.credentials.did,
        status: status === undefined ? undefined : oneOf('status', status, STATUSES),
        limit,
        cursor,
      })
      return { encoding: 'application/json', body }
    },
  })
}

const STATUSES = ['accepted', 'request', 'left'] as const
