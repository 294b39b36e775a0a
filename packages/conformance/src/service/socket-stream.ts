import { decodeFirst } from 'cborg'
import WebSocket from 'ws'
import type { Caller } from './caller.js'
import { EventQueue } from './event-queue.js'
import type { EventStream, StreamOptions } from './stream.js'

const METHOD = 'subscribeConvoEvents'

/** Opens the stream over WebSocket (DAG-CBOR frames); throws a `StreamRefused`. */
export async function openSocket(caller: Caller, options: StreamOptions): Promise<EventStream> {
  const { token, ...params } = options
  const bearer = token ?? (params.ticket === undefined ? await caller.token(METHOD) : '')
  const url = caller.address(METHOD, params).replace(/^http/, 'ws')
  const headers = bearer === '' ? {} : { authorization: `Bearer ${bearer}` }
  const socket = new WebSocket(url, { headers, handshakeTimeout: 20_000 })
  const queue = new EventQueue(caller.watch)
  socket.on('message', (data: Buffer) => takeFrame(queue, data))
  socket.on('close', () => queue.end())
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.on('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (piece: Buffer) => (body += piece.toString()))
      response.on('end', () => reject(new StreamRefused(response.statusCode ?? 0, body)))
    })
  })
  return {
    queue,
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => socket.once('close', resolve))
      if (socket.readyState === WebSocket.CLOSED) return
      socket.terminate()
      await gone
    },
  }
}

/** The answer to opening a stream was an XRPC error. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused'
  readonly error: string

  constructor(
    readonly status: number,
    body: string,
  ) {
    super(`the stream was refused: ${status} ${body.slice(0, 200)}`)
    this.error = nameIn(body) ?? `HTTP ${status}`
  }
}

/** `{op: 1, t: '#messageEvent'}` and the body; `{op: -1}` and an error. */
function takeFrame(queue: EventQueue, frame: Uint8Array): void {
  try {
    const [header, rest] = decodeFirst(frame) as [{ op?: number; t?: string }, Uint8Array]
    const [body] = decodeFirst(rest) as [object, Uint8Array]
    if (header.op === 1) queue.take(header.t?.replace(/^#/, '') ?? '', body)
    else queue.end((body as { error?: string }).error)
  } catch (error) {
    queue.end(`a frame that is not DAG-CBOR: ${(error as Error).message}`)
  }
}

function nameIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { error?: string }).error
  } catch {
    return undefined
  }
}
