import { createInvite as create } from '../../convo/invites/create.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'
import { inviteView } from './invite-view.js'

export function createInvite(server: Server, ctx: Context) {
  server.blue.catbird.mls.createInvite({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { convoId, expiresAt, maxUses, secret } = input.body
      const invite = await create(ctx, {
        actor: auth.credentials.did,
        convoId: convoIdOf(convoId),
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
        maxUses,
        secret,
      })
      const view = { ...inviteView(invite), secret: invite.secret }
      return { encoding: 'application/json', body: { invite: view } }
    },
  })
}
