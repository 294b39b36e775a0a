import type { Server } from '../../lexicon/index.js'
import type { WelcomeView } from '../../lexicon/types/blue/catbird/mls/defs.js'
import { listWelcomes, type PendingWelcome } from '../../welcomes/list.js'
import type { Context } from '../handler-context.js'
import { deviceIdOf } from '../decode.js'

export function getWelcomes(server: Server, ctx: Context) {
  server.blue.catbird.mls.getWelcomes({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const { welcomes, ...page } = await listWelcomes(ctx, {
        did: auth.credentials.did,
        deviceId: deviceIdOf(params.deviceId),
        limit: params.limit,
        cursor: params.cursor,
      })
      const body = { ...page, welcomes: welcomes.map(welcomeView) }
      return { encoding: 'application/json', body }
    },
  })
}

function welcomeView(welcome: PendingWelcome): WelcomeView {
  return {
    ...welcome,
    groupId: Buffer.from(welcome.groupId).toString('hex'),
    createdAt: welcome.createdAt.toISOString(),
    expiresAt: welcome.expiresAt.toISOString(),
  }
}
