import type { Server } from '../../lexicon/index.js'
import { resolveReport as resolve } from '../../moderation/resolve.js'
import { ACTIONS } from '../../moderation/vocabulary.js'
import type { Context } from '../handler-context.js'
import { oneOf } from '../decode.js'
import { reportView } from './report-view.js'

export function resolveReport(server: Server, ctx: Context) {
  server.blue.catbird.mls.resolveReport({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { reportId, action, notes } = input.body
      const report = await resolve(ctx, {
        reportId,
        caller: auth.credentials.did,
        action: oneOf('action', action, ACTIONS),
        notes,
      })
      return { encoding: 'application/json', body: { report: reportView(report) } }
    },
  })
}
