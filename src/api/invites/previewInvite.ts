import { previewInvite as preview } from '../../convo/invites/preview.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'

export function previewInvite(server: Server, ctx: Context) {
  server.blue.catbird.mls.previewInvite({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { secret } = input.body
      const { metadata, ...seen } = await preview(ctx, { actor: auth.credentials.did, secret })
      const body = { ...seen, ...(metadata && { metadata }) }
      return { encoding: 'application/json', body }
    },
  })
}
