import { syncKeyPackages as sync } from '../../keys/sync.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { deviceIdOf, keyPackageRefOf } from '../decode.js'

export function syncKeyPackages(server: Server, ctx: Context) {
  server.blue.catbird.mls.syncKeyPackages({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const body = await sync(ctx, {
        did: auth.credentials.did,
        deviceId: deviceIdOf(input.body.deviceId),
        // A reference that is written otherwise would match nothing, and delete its package.
        kept: input.body.keyPackageRefs.map(keyPackageRefOf),
      })
      return { encoding: 'application/json', body }
    },
  })
}
