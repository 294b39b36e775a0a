import { deleteDevice as remove } from '../../devices/delete.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { deviceIdOf } from '../decode.js'

export function deleteDevice(server: Server, ctx: Context) {
  server.blue.catbird.mls.deleteDevice({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const deviceId = deviceIdOf(input.body.deviceId)
      const body = await remove(ctx, { did: auth.credentials.did, deviceId })
      return { encoding: 'application/json', body }
    },
  })
}
