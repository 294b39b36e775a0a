import type { Server } from '../../lexicon/index.js'
import { listReports } from '../../moderation/list.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, oneOf } from '../decode.js'
import { reportView } from './report-view.js'

export function getReports(server: Server, ctx: Context) {
  server.blue.catbird.mls.getReports({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const { convoId, status, limit, cursor } = params
      const page = await listReports(ctx, {
        convoId: convoIdOf(convoId),
        caller: auth.credentials.did,
        status: status === undefined ? undefined : oneOf('status', status, STATUSES),
        limit,
        cursor,
      })
      const body = { ...page, reports: page.reports.map(reportView) }
      return { encoding: 'application/json', body }
    },
  })
}

const STATUSES = ['open', 'resolved'] as const
