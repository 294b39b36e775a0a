import { setMuted } from '../../convo/mute.js'
import { convoView } from '../../convo/read/convo-view.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function unmuteConvo(server: Server, ctx: Context) {
  server.blue.catbird.mls.unmuteConvo({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const actor = auth.credentials.did
      const convoId = convoIdOf(input.body.convoId)
      await setMuted(ctx, { actor, convoId, muted: false })
      const convo = await convoView(ctx.db, actor, convoId)
      return { encoding: 'application/json', body: { convo } }
    },
  })
}
