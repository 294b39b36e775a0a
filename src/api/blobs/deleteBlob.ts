import { deleteBlob as remove } from '../../convo/blobs/delete.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { blobIdOf, convoIdOf } from '../decode.js'

export function deleteBlob(server: Server, ctx: Context) {
  server.blue.catbird.mls.deleteBlob({
    auth: ctx.auth.account,
    handler: async ({ input, auth }) => {
      await remove(ctx, {
        did: auth.credentials.did,
        convoId: convoIdOf(input.body.convoId),
        blobId: blobIdOf(input.body.blobId),
      })
      return { encoding: 'application/json', body: {} }
    },
  })
}
