import { once } from 'node:events'
import { request } from 'node:http'
import type { OutputSchema } from '../../src/lexicon/types/blue/catbird/mls/uploadBlob.js'
import type { TestClient } from './client.js'

const NSID = 'blue.catbird.mls'

/** Uploads with a declared length; throws an `XrpcFailure`. */
export async function upload(
  client: TestClient,
  convoId: string,
  bytes: Buffer<ArrayBuffer>,
): Promise<OutputSchema['blob']> {
  const answer = await client.send('POST', 'uploadBlob', {
    params: { convoId },
    body: bytes,
    headers: { 'content-type': 'application/octet-stream' },
  })
  return (answer as OutputSchema).blob
}

/** The whole answer of `getBlob`, whose body is no JSON. */
export async function download(
  client: TestClient,
  convoId: string,
  blobId: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const token = await client.token(`${NSID}.getBlob`)
  return fetch(`${client.url}/xrpc/${NSID}.getBlob?${new URLSearchParams({ convoId, blobId })}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
}

/** The error's name, or the number of bytes. */
export async function outcome(response: Response): Promise<string | number> {
  if (response.ok) return (await response.arrayBuffer()).byteLength
  return ((await response.json()) as { error: string }).error
}

/**
 * An upload on a connection of its own that sends what `feed` gives, with `headers` that may lie, and
 * waits for whatever comes: an answer, or the end of the connection.
 */
export async function rawUpload(
  client: TestClient,
  convoId: string,
  headers: Record<string, string>,
  feed: AsyncIterable<Uint8Array>,
): Promise<RawOutcome> {
  const token = await client.token(`${NSID}.uploadBlob`)
  let sent = 0
  return new Promise((resolve) => {
    const req = request(`${client.url}/xrpc/${NSID}.uploadBlob?convoId=${convoId}`, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        ...headers,
      },
    })
    req.on('response', (res) => {
      const pieces: Buffer[] = []
      res.on('data', (piece: Buffer) => pieces.push(piece))
      res.on('close', () => {
        const body: unknown = JSON.parse(Buffer.concat(pieces).toString() || '{}')
        resolve({ status: res.statusCode, body, sent })
        req.destroy()
      })
    })
    req.on('error', () => undefined)
    req.on('close', () => resolve({ status: undefined, body: undefined, sent }))
    const gone = new Promise((resolve) => req.once('close', resolve))
    void (async () => {
      for await (const piece of feed) {
        if (req.destroyed) return
        sent += piece.length
        if (!req.write(piece)) await Promise.race([once(req, 'drain'), gone])
      }
      req.end()
    })().catch(() => req.destroy())
  })
}

export interface RawOutcome {
  status: number | undefined
  body: unknown
  /** Bytes handed to the connection. */
  sent: number
}
