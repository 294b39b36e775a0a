import { publishKeyPackages } from '../../keys/publish.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { keyPackageView } from './key-package-view.js'

export function publishKeyPackage(server: Server, ctx: Context) {
  server.blue.catbird.mls.publishKeyPackage({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      const { keyPackage: bytes, cipherSuite } = input.body
      const [published] = await publishKeyPackages(ctx, {
        did: auth.credentials.did,
        offered: [{ bytes, cipherSuite, place: 'keyPackage' }],
      })
      return { encoding: 'application/json', body: { keyPackage: keyPackageView(published!) } }
    },
  })
}
