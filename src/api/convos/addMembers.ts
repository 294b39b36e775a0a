import { expectAdded } from '../../convo/expectations.js'
import { commitChange } from '../../convo/commit.js'
import type { Server } from '../../lexicon/index.js'
import { changeOf, committed } from '../change.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, didOf } from '../decode.js'

export function addMembers(server: Server, ctx: Context) {
  server.blue.catbird.mls.addMembers({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { convoId, change, didList } = input.body
      const outcome = await commitChange(ctx, {
        actor: auth.credentials.did,
        convoId: convoIdOf(convoId),
        change: changeOf(change),
        by: 'member',
        expect: expectAdded(didList?.map(didOf)),
      })
      return committed(outcome)
    },
  })
}
