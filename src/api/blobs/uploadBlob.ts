import type { Readable } from 'node:stream'
import { uploadBlob as upload } from '../../convo/blobs/upload.js'
import { InvalidRequestError } from '../../errors.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { convoIdOf } from '../decode.js'

export function uploadBlob(server: Server, ctx: Context) {
  server.blue.catbird.mls.uploadBlob({
    auth: ctx.auth.account,
    handler: async ({ params, input, auth, req }) => {
      const declared = req.headers['content-length']
      const { blobId, size, sha256 } = await upload(ctx, {
        did: auth.credentials.did,
        convoId: convoIdOf(params.convoId),
        length: declared === undefined ? undefined : Number(declared),
        body: piecesOf(input.body),
      })
      const blob = { blobId, size, sha256: Buffer.from(sha256).toString('hex') }
      return { encoding: 'application/json', body: { blob } }
    },
  })
}

/** Whoever stops reading leaves the connection as it is: the answer still has to go out over it. */
async function* piecesOf(body: Readable): AsyncIterable<Uint8Array> {
  try {
    yield* body.iterator({ destroyOnReturn: false })
  } catch {
    throw new InvalidRequestError('The body ended too early')
  }
}
