import { registerDevice as register } from '../../devices/register.js'
import { placeInBatch } from '../../keys/offered.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { deviceIdOf } from '../decode.js'
import { deviceView } from './device-view.js'

export function registerDevice(server: Server, ctx: Context) {
  server.blue.catbird.mls.registerDevice({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { deviceId, signaturePublicKey, name, keyPackages = [] } = input.body
      const device = await register(ctx, {
        did: auth.credentials.did,
        deviceId: deviceIdOf(deviceId),
        signatureKey: signaturePublicKey,
        name,
        keyPackages: keyPackages.map((bytes, index) => ({ bytes, place: placeInBatch(index) })),
      })
      return { encoding: 'application/json', body: { device: deviceView(device) } }
    },
  })
}
