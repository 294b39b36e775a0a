import { leaseKeyPackages } from '../../keys/lease.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, deviceIdOf, didOf } from '../decode.js'

export function getKeyPackages(server: Server, ctx: Context) {
  server.blue.catbird.mls.getKeyPackages({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const { dids, deviceIds, convoId, cipherSuite } = params
      const body = await leaseKeyPackages(ctx, {
        caller: auth.credentials.did,
        dids: dids.map(didOf),
        deviceIds: deviceIds?.map(deviceIdOf),
        convoId: convoId === undefined ? undefined : convoIdOf(convoId),
        cipherSuite,
      })
      return { encoding: 'application/json', body }
    },
  })
}
