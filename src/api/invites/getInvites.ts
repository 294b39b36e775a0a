import { listInvites } from '../../convo/invites/list.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'
import { inviteView } from './invite-view.js'

export function getInvites(server: Server, ctx: Context) {
  server.blue.catbird.mls.getInvites({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const convoId = convoIdOf(params.convoId)
      const invites = await listInvites(ctx.db, convoId, auth.credentials.did)
      return { encoding: 'application/json', body: { invites: invites.map(inviteView) } }
    },
  })
}
