import { expectRemoved } from '../../convo/expectations.js'
import { commitChange } from '../../convo/commit.js'
import type { Server } from '../../lexicon/index.js'
import { changeOf, committed } from '../change.js'
import type { Context } from '../handler-context.js'
import { convoIdOf, didOf } from '../decode.js'

export function removeMembers(server: Server, ctx: Context) {
  server.blue.catbird.mls.removeMembers({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { convoId, change, didList } = input.body
      const named = didList?.map(didOf)
      const outcome = await commitChange(ctx, {
        actor: auth.credentials.did,
        convoId: convoIdOf(convoId),
        change: changeOf(change),
        by: 'member',
        named,
        expect: expectRemoved(named),
      })
      return committed(outcome)
    },
  })
}
