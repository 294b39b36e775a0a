import type { Server } from '../../lexicon/index.js'
import { unblockAccount as unblock } from '../../requests/block.js'
import type { Context } from '../handler-context.js'
import { didOf } from '../decode.js'

export function unblockAccount(server: Server, ctx: Context) {
  server.blue.catbird.mls.unblockAccount({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      await unblock(ctx, { did: auth.credentials.did, subject: didOf(input.body.did) })
      return { encoding: 'application/json', body: {} }
    },
  })
}
