import { Connection } from './connection.js'
import { sendRequest, type Sender, type Target } from './requests.js'

/**
 * The process that the load comes from: makes requests when told to, and sends them when told to, so that
 * making them is not what is measured.
 */
let prepared: Buffer[] = []
let next = 0

process.on('message', (order: Order) => {
  switch (order.do) {
    case 'prepare':
      prepare(order)
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

function prepare({ target, senders, convoIds, count }: PrepareOrder): void {
  prepared = []
  next = 0
  for (let i = 0; i < count; i++) {
    // Neighbours in time are of different conversations and different accounts.
    const c = i % convoIds.length
    const sender = senders[(c + Math.floor(i / convoIds.length)) % senders.length]!
    prepared.push(sendRequest(target, sender, convoIds[c]!))
  }
}

async function run({ url, connections, ms, again }: RunOrder): Promise<Outcome> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)))
  const times: number[] = []
  let failed = 0
  const begunMs = performance.now()
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() - begunMs < ms) {
        if (again && next === prepared.length) next = 0
        const request = prepared[next]
        if (!request) break
        next += 1
        const sentMs = performance.now()
        if ((await connection.send(request)) !== 200) failed += 1
        times.push(performance.now() - sentMs)
      }
    }),
  )
  const tookMs = performance.now() - begunMs
  for (const connection of open) connection.close()
  return { times, tookMs, failed, ranOut: !again && next === prepared.length }
}

export type Order = PrepareOrder | RunOrder

export interface PrepareOrder {
  do: 'prepare'
  target: Target
  senders: Sender[]
  convoIds: string[]
  count: number
}

export interface RunOrder {
  do: 'run'
  url: string
  connections: number
  ms: number
  /** Sends what was sent before, for a server that does not mind. */
  again: boolean
}

export interface Outcome {
  /** From the request to its answer, in milliseconds. */
  times: number[]
  tookMs: number
  failed: number
  ranOut: boolean
}
