import { unregisterPush as unregister } from '../../devices/push.js'
import type { Server } from '../../lexicon/index.js'
import { PLATFORMS } from '../../push/platform.js'
import type { Context } from '../handler-context.js'
import { deviceIdOf, oneOf } from '../decode.js'

export function unregisterPush(server: Server, ctx: Context) {
  server.blue.catbird.mls.unregisterPush({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { deviceId, platform, token, appId } = input.body
      await unregister(ctx, {
        did: auth.credentials.did,
        deviceId: deviceIdOf(deviceId),
        platform: oneOf('platform', platform, PLATFORMS),
        token,
        appId,
      })
      return { encoding: 'application/json', body: {} }
    },
  })
}
