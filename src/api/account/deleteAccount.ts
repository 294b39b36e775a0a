import { deleteAccount as remove } from '../../account/delete.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'

export function deleteAccount(server: Server, ctx: Context) {
  server.blue.catbird.mls.deleteAccount({
    auth: ctx.auth.account,
    handler: async ({ auth }) => {
      await remove(ctx, auth.credentials.did)
      return { encoding: 'application/json', body: {} }
    },
  })
}
