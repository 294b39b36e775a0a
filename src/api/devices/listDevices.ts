import { listDevices as list } from '../../devices/list.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { didOf } from '../decode.js'
import { deviceView } from './device-view.js'

export function listDevices(server: Server, ctx: Context) {
  server.blue.catbird.mls.listDevices({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const caller = auth.credentials.did
      const did = params.did === undefined ? caller : didOf(params.did)
      const devices = await list(ctx, { caller, did })
      return { encoding: 'application/json', body: { devices: devices.map(deviceView) } }
    },
  })
}
