import { revokeInvite as revoke } from '../../convo/invites/revoke.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { inviteView } from './invite-view.js'

export function revokeInvite(server: Server, ctx: Context) {
  server.blue.catbird.mls.revokeInvite({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { inviteId } = input.body
      const invite = await revoke(ctx, { actor: auth.credentials.did, inviteId })
      return { encoding: 'application/json', body: { invite: inviteView(invite) } }
    },
  })
}
