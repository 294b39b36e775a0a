import type { Server } from '../../lexicon/index.js'
import { blockAccount as block } from '../../requests/block.js'
import type { Context } from '../handler-context.js'
import { didOf } from '../decode.js'

export function blockAccount(server: Server, ctx: Context) {
  server.blue.catbird.mls.blockAccount({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      await block(ctx, { did: auth.credentials.did, subject: didOf(input.body.did) })
      return { encoding: 'application/json', body: {} }
    },
  })
}
