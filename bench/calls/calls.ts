import { Connection } from '../send/connection.js'
import { type Sender, token } from '../send/requests.js'

/**
 * The process that the load comes from: it signs tokens when told what to call, and sends when told to,
 * so that signing is not what is measured.
 */
let prepared: Buffer[] = []

process.on('message', (order: Order) => {
  switch (order.do) {
    case 'prepare':
      prepared = order.calls.map((call) => requestOf(order, call))
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

function requestOf({ host, serviceDid, senders }: PrepareOrder, call: Call): Buffer {
  const { sender, lxm, query = '', body } = call
  const text = body === undefined ? '' : JSON.stringify(body)
  return Buffer.from(
    `${body === undefined ? 'GET' : 'POST'} /xrpc/${lxm}${query} HTTP/1.1\r\nHost: ${host}\r\n` +
      `Authorization: Bearer ${token(serviceDid, senders[sender]!, lxm)}\r\n` +
      (body === undefined
        ? '\r\n'
        : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`),
  )
}

/** Sends all that was prepared, each as soon as one of `connections` is free, and keeps what it is told to. */
async function run({ url, connections, keep }: RunOrder): Promise<Outcome> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)))
  const times: number[] = []
  const kept: string[] = []
  let failed = 0
  let bytes = 0
  let next = 0
  const begunMs = performance.now()
  await Promise.all(
    open.map(async (connection) => {
      for (let request = prepared[next++]; request; request = prepared[next++]) {
        const sentMs = performance.now()
        if ((await connection.send(request)) !== 200) failed += 1
        times.push(performance.now() - sentMs)
        bytes += connection.body.length
        if (keep) kept.push(...valuesOf(connection.body.toString(), keep))
      }
    }),
  )
  const tookMs = performance.now() - begunMs
  for (const connection of open) connection.close()
  return { times, tookMs, failed, kept, bytes }
}

/** The strings under a key, wherever they stand in the answer. */
function valuesOf(json: string, key: string): string[] {
  return [...json.matchAll(new RegExp(`"${key}":"([^"]*)"`, 'g'))].map(([, value]) => value!)
}

export type Order = PrepareOrder | RunOrder

export interface PrepareOrder {
  do: 'prepare'
  host: string
  serviceDid: string
  senders: Sender[]
  calls: Call[]
}

export interface Call {
  /** Index of the account that calls. */
  sender: number
  lxm: string
  /** With its question mark. */
  query?: string
  /** Of a procedure. */
  body?: object
}

export interface RunOrder {
  do: 'run'
  url: string
  connections: number
  /** The key whose values are kept of all answers. */
  keep?: string
}

export interface Outcome {
  /** From the request to its answer, in milliseconds. */
  times: number[]
  tookMs: number
  failed: number
  kept: string[]
  /** Of all answers' bodies. */
  bytes: number
}
