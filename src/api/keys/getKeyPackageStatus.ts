import { keyPackageStatus } from '../../keys/status.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'

export function getKeyPackageStatus(server: Server, ctx: Context) {
  server.blue.catbird.mls.getKeyPackageStatus({
    auth: ctx.auth.account,
    handler: async ({ auth }) => {
      const stocks = await keyPackageStatus(ctx, { did: auth.credentials.did })
      const devices = stocks.map(({ nextExpiresAt, ...stock }) => ({
        ...stock,
        ...(nextExpiresAt && { nextExpiresAt: nextExpiresAt.toISOString() }),
      }))
      return { encoding: 'application/json', body: { devices } }
    },
  })
}
