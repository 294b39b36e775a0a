import { Readable } from 'node:stream'
import type { Request, Response } from 'express'
import type { ByteRange } from '../../blobs/blob-store.js'
import { openBlob } from '../../convo/blobs/open.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { blobIdOf, convoIdOf } from '../decode.js'
import { rangeOf } from './range-of.js'

/** A reader that takes nothing for so long is gone, or means to hold what it has. */
const STALLED_MS = 60_000

export function getBlob(server: Server, ctx: Context) {
  server.blue.catbird.mls.getBlob({
    auth: ctx.auth.account,
    handler: async ({ params, auth, req, res }) => {
      const blobId = blobIdOf(params.blobId)
      const blob = await openBlob(ctx, {
        did: auth.credentials.did,
        convoId: convoIdOf(params.convoId),
        blobId,
      })
      const etag = `"${blobId}"`
      const range = requestedRange(req, res, etag, blob.size)
      const bytes = await blob.read(range)
      res.setTimeout(STALLED_MS, () => res.destroy())
      return {
        encoding: 'application/octet-stream',
        body: range ? withStatus(res, 206, bytes) : bytes,
        headers: {
          'Content-Length': String(range ? range.end - range.start + 1 : blob.size),
          ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${blob.size}` }),
          'Content-Disposition': 'attachment',
          'Accept-Ranges': 'bytes',
          ETag: etag,
        },
      }
    },
  })
}

/** The bytes never change, so a part fits to what the client has unless it says otherwise. */
function requestedRange(
  req: Request,
  res: Response,
  etag: string,
  size: number,
): ByteRange | undefined {
  const condition = req.headers['if-range']
  if (condition !== undefined && condition !== etag) return undefined
  return rangeOf(req.headers.range, size, () => res.setHeader('Content-Range', `bytes */${size}`))
}

/** @NOTE The library sets 200 when it has the answer and reads the body thereafter. */
function withStatus(res: Response, status: number, bytes: Readable): Readable {
  return Readable.from(
    (async function* () {
      res.status(status)
      yield* bytes
    })(),
    { objectMode: false },
  )
}
