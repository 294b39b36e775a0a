import { commitChange } from '../../convo/commit.js'
import type { Server } from '../../lexicon/index.js'
import { changeOf, committed } from '../change.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function joinConvo(server: Server, ctx: Context) {
  server.blue.catbird.mls.joinConvo({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const outcome = await commitChange(ctx, {
        actor: auth.credentials.did,
        convoId: convoIdOf(input.body.convoId),
        change: changeOf(input.body.change),
        by: 'external',
        inviteSecret: input.body.invite,
      })
      return committed(outcome)
    },
  })
}
