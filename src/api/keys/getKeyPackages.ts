import { leaseKeyPackages } from '../../keys/lease.js'
import type { Server } from '../../lexicon/index.js'
import { refusing } from '../../requests/refusing.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, deviceIdOf, didOf } from '../decode.js'

export function getKeyPackages(server: Server, ctx: Context) {
  server.blue.catbird.mls.getKeyPackages({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const { dids, deviceIds, convoId, cipherSuite } = params
      const asked = {
        caller: auth.credentials.did,
        dids: dids.map(didOf),
        convoId: convoId === undefined ? undefined : convoIdOf(convoId),
      }
      const body = await leaseKeyPackages(ctx, {
        ...asked,
        deviceIds: deviceIds?.map(deviceIdOf),
        cipherSuite,
        refusing: await refusing(ctx, asked),
      })
      return { encoding: 'application/json', body }
    },
  })
}
