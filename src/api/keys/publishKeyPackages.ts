import { placeInBatch } from '../../keys/offered.js'
import { publishKeyPackages as publish } from '../../keys/publish.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { keyPackageView } from './key-package-view.js'

export function publishKeyPackages(server: Server, ctx: Context) {
  server.blue.catbird.mls.publishKeyPackages({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const published = await publish(ctx, {
        did: auth.credentials.did,
        offered: input.body.keyPackages.map((bytes, index) => ({
          bytes,
          place: placeInBatch(index),
        })),
      })
      return { encoding: 'application/json', body: { keyPackages: published.map(keyPackageView) } }
    },
  })
}
