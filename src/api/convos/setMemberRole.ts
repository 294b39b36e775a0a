import { memberView } from '../../convo/read/member-views.js'
import { setMemberRole as setRole } from '../../convo/roles.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, didOf, roleOf } from '../decode.js'

export function setMemberRole(server: Server, ctx: Context) {
  server.blue.catbird.mls.setMemberRole({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const convoId = convoIdOf(input.body.convoId)
      const did = didOf(input.body.did)
      const role = roleOf(input.body.role)
      await setRole(ctx, { actor: auth.credentials.did, convoId, did, role })
      const member = await memberView(ctx.db, convoId, did)
      return { encoding: 'application/json', body: { member } }
    },
  })
}
