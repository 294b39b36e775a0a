import type { Server } from '../../lexicon/index.js'
import { ackWelcome as ack } from '../../welcomes/ack.js'
import type { Context } from '../handler-context.js'
import { oneOf } from '../decode.js'

export function ackWelcome(server: Server, ctx: Context) {
  server.blue.catbird.mls.ackWelcome({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { welcomeId, outcome, reason } = input.body
      await ack(ctx, {
        did: auth.credentials.did,
        welcomeId,
        outcome: oneOf('outcome', outcome, ['joined', 'failed']),
        reason,
      })
      return { encoding: 'application/json', body: {} }
    },
  })
}
