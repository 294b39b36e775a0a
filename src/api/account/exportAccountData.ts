import { exportAccountData as exportData } from '../../account/export.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'

export function exportAccountData(server: Server, ctx: Context) {
  server.blue.catbird.mls.exportAccountData({
    auth: ctx.auth.account,
    handler: async ({ auth }) => {
      const body = await exportData(ctx, auth.credentials.did)
      return { encoding: 'application/jsonl', body }
    },
  })
}
