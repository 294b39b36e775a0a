import { registerPush as register } from '../../devices/push.js'
import type { Server } from '../../lexicon/index.js'
import { PLATFORMS } from '../../push/platform.js'
import type { Context } from '../handler-context.js'
import { deviceIdOf, oneOf } from '../decode.js'

export function registerPush(server: Server, ctx: Context) {
  server.blue.catbird.mls.registerPush({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { deviceId, platform, token, appId } = input.body
      await register(ctx, {
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
