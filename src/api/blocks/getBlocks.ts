import type { Server } from '../../lexicon/index.js'
import { listBlocks } from '../../requests/list-blocks.js'
import type { Context } from '../handler-context.js'

export function getBlocks(server: Server, ctx: Context) {
  server.blue.catbird.mls.getBlocks({
    auth: ctx.auth.account,
    handler: async ({ params, auth }) => {
      const { limit, cursor } = params
      const page = await listBlocks(ctx.db, { did: auth.credentials.did, limit, cursor })
      const blocks = page.blocks.map(({ did, createdAt }) => ({
        did,
        createdAt: createdAt.toISOString(),
      }))
      return { encoding: 'application/json', body: { ...page, blocks } }
    },
  })
}
