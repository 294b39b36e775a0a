import { convoHealth } from '../../convo/read/health.js'
import type { Server } from '../../lexicon/index.js'
import type { Epoch } from '../../lib/ids.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, deviceIdOf } from '../decode.js'

export function getConvoHealth(server: Server, ctx: Context) {
  server.blue.catbird.mls.getConvoHealth({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const problems = await convoHealth(ctx, {
        convoId: convoIdOf(params.convoId),
        did: auth.credentials.did,
        deviceId: deviceIdOf(params.deviceId),
        generation: params.generation,
        epoch: params.epoch as Epoch | undefined,
      })
      return { encoding: 'application/json', body: { problems } }
    },
  })
}
