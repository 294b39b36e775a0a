import type { Server } from '../../lexicon/index.js'
import { readAvailability } from '../../requests/availability.js'
import { didOf } from '../decode.js'
import type { Context } from '../handler-context.js'

export function getAvailability(server: Server, ctx: Context) {
  server.blue.catbird.mls.getAvailability({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const accounts = await readAvailability(ctx, {
        caller: auth.credentials.did,
        dids: params.dids.map(didOf),
      })
      return { encoding: 'application/json', body: { accounts } }
    },
  })
}
