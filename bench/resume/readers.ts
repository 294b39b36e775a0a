import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { frameLength } from '../fanout/frame-length.js'
import { developmentToken } from './development-token.js'

/**
 * Readers that come back to the stream at once, each by a cursor, and count frames until they have what they
 * missed; they look at nothing else.
 */
const LXM = 'blue.catbird.mls.subscribeConvoEvents'
/** What `Retry-After` says, about. */
const AGAIN_MS = 1_000
let prepared: (() => Buffer)[] = []

process.on('message', (order: Order) => {
  switch (order.do) {
    case 'prepare':
      prepared = order.dids.map((did) => requestOf(order, did))
      process.send!('prepared')
      return
    case 'run':
      void run(order).then((outcome) => process.send!(outcome))
      return
    default:
      order satisfies never
  }
})
process.on('disconnect', () => process.exit())

function requestOf({ host, serviceDid, secret, cursor }: PrepareOrder, did: string): () => Buffer {
  const of = (bearer: string) =>
    Buffer.from(
      `GET /xrpc/${LXM}?cursor=${cursor} HTTP/1.1\r\nHost: ${host}\r\n` +
        `Authorization: Bearer ${bearer}\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
  return () => of(developmentToken(secret, { iss: did, aud: serviceDid, lxm: LXM }))
}

async function run({ url, expected }: RunOrder): Promise<Outcome> {
  const begunMs = performance.now()
  let refused = 0
  const times = await Promise.all(
    prepared.map(async (makeRequest) => {
      while (!(await readFrames(new URL(url), makeRequest(), expected))) {
        refused += 1
        await sleep(AGAIN_MS * (0.5 + Math.random()))
      }
      return performance.now() - begunMs
    }),
  )
  return { times, tookMs: performance.now() - begunMs, refused }
}

/** Resolves when so many frames are there; with false where the service is too busy. */
function readFrames({ hostname, port }: URL, request: Buffer, expected: number): Promise<boolean> {
  const socket = connect(Number(port), hostname)
  socket.write(request)
  return new Promise((resolve, reject) => {
    let rest = Buffer.alloc(0)
    let skip = 0
    let frames = 0
    let open = false
    socket.on('data', (chunk) => {
      let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      if (!open) {
        const end = data.indexOf('\r\n\r\n')
        const status = data.toString('latin1', 0, 12)
        if (status === 'HTTP/1.1 503') {
          socket.destroy()
          return resolve(false)
        }
        if (status !== 'HTTP/1.1 101') return reject(new Error(data.toString('latin1')))
        if (end < 0) return void (rest = Buffer.from(data))
        open = true
        data = data.subarray(end + 4)
      }
      for (;;) {
        const skipped = Math.min(skip, data.length)
        data = data.subarray(skipped)
        skip -= skipped
        const length = skip === 0 ? frameLength(data) : undefined
        if (length === undefined) break
        skip = length
        frames += 1
      }
      rest = Buffer.from(data)
      if (frames < expected || skip > 0) return
      socket.destroy()
      resolve(true)
    })
    socket.on('error', reject)
    // Too slow for it, or it is too busy: from the beginning, as these readers keep no cursor.
    socket.on('close', () => resolve(false))
  })
}

export type Order = PrepareOrder | RunOrder

export interface PrepareOrder {
  do: 'prepare'
  host: string
  serviceDid: string
  secret: string
  dids: string[]
  cursor: string
}

export interface RunOrder {
  do: 'run'
  url: string
  /** Frames after which a reader has what it missed. */
  expected: number
}

export interface Outcome {
  /** From the beginning to when each reader had everything, in milliseconds. */
  times: number[]
  tookMs: number
  /** How often one was told to come again. */
  refused: number
}
