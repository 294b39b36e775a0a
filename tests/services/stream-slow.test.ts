import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { migrate } from '../../src/db/migrate.js'
import { openPostgres } from '../../src/db/postgres.js'
import type { Database } from '../../src/db/types.js'
import type { ConvoId, Did } from '../../src/lib/ids.js'
import type { EventReader } from '../support/client-stream.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'
import { scaled } from '../support/scale.js'
import { StreamStage } from '../support/stream-stage.js'

const FAST = scaled(40, 890)
const SLOW = scaled(8, 100)
const STOPPED = scaled(4, 10)
const MESSAGES = 120
const MESSAGE_BYTES = 64 * 1024
const PER_CONNECTION_BYTES = 256 * 1024
const SLOW_BYTES_PER_S = 1_024

let postgres: TestPostgres
let database: Database
beforeAll(async () => {
  postgres = await startPostgres()
  database = openPostgres({ url: postgres.url, poolSize: 10, onError: () => {} })
  await migrate(database.db)
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

test(
  'slow and stopped readers cost the others nothing, and little memory; nobody loses anything',
  async () => {
    await using stage = await StreamStage.open({ database, bufferSize: 20 })
    const accounts = Array.from(
      { length: FAST + SLOW + STOPPED },
      (_, i) => `did:web:r${i}.test` as Did,
    )
    const convoId = await stage.convo(...accounts)
    const fast: EventReader[] = []
    for (const did of accounts.slice(0, FAST)) fast.push(await stage.listen(did))
    const alone = await latencies(stage, convoId, fast)

    const sockets: Socket[] = []
    stage.server.on('connection', (socket) => sockets.push(socket))
    const hindered: EventReader[] = []
    for (const did of accounts.slice(FAST)) hindered.push(await stage.listen(did))
    for (const reader of hindered) reader.socket.pause()
    const slow = hindered.slice(0, SLOW).map((reader) => readSlowly(reader))
    let most = 0
    const watching = setInterval(() => {
      most = Math.max(most, ...sockets.map(({ writableLength }) => writableLength))
    }, 20)
    const together = await latencies(stage, convoId, fast)
    clearInterval(watching)

    console.log(
      `fast readers p50 ${alone.p50.toFixed(1)} -> ${together.p50.toFixed(1)} ms, ` +
        `p99 ${alone.p99.toFixed(1)} -> ${together.p99.toFixed(1)} ms; ` +
        `at most ${(most / 1024).toFixed(0)} KiB wait for one connection`,
    )
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(PER_CONNECTION_BYTES)
    // The machine's own noise is larger than the 1.2 × that the figures show on a quiet one.
    expect(together.p50).toBeLessThan(alone.p50 * 2)

    for (const stop of slow) stop()
    for (const reader of hindered) reader.socket.resume()
    for (const reader of hindered) await reader.untilSeq(convoId, 2 * MESSAGES)
    for (const reader of [...hindered, ...fast]) {
      const first = fast.includes(reader) ? 1 : MESSAGES + 1
      const seqs = reader.messages().map(({ seq }) => seq)
      const count = 2 * MESSAGES - first + 1
      expect(seqs).toEqual(Array.from({ length: count }, (_, i) => first + i))
    }
    for (const reader of [...hindered, ...fast]) await reader.cut()
  },
  scaled(120_000, 1_800_000),
)

test('control: a server that does not wait for its readers queues what they do not take', async () => {
  const server = createServer()
  const webSockets = new WebSocketServer({ server })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(webSockets, 'connection') as Promise<[WebSocket]>
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const [peer] = await accepted
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
  client.pause()
  for (let i = 0; i < MESSAGES; i++) peer.send(Buffer.alloc(MESSAGE_BYTES))
  await sleep(200)
  console.log(`control: ${(peer.bufferedAmount / 1024).toFixed(0)} KiB wait for one connection`)
  expect(peer.bufferedAmount).toBeGreaterThan(PER_CONNECTION_BYTES)
  client.terminate()
  webSockets.close()
  server.close()
})

/** From each commit to the last of the readers, one message after the other. */
async function latencies(stage: StreamStage, convoId: ConvoId, readers: EventReader[]) {
  const times: number[] = []
  for (let i = 0; i < MESSAGES; i++) {
    const startMs = performance.now()
    const seq = await stage.send(convoId, 1, MESSAGE_BYTES)
    await Promise.all(readers.map((reader) => reader.untilSeq(convoId, seq)))
    times.push(performance.now() - startMs)
  }
  times.sort((a, b) => a - b)
  return { p50: times[times.length >> 1]!, p99: times[Math.floor(times.length * 0.99)]! }
}

/** Takes from a paused connection about as much as `SLOW_BYTES_PER_S` allows. */
function readSlowly(reader: EventReader): () => void {
  let allowed = 0
  const timer = setInterval(() => {
    allowed += SLOW_BYTES_PER_S / 10
    if (reader.received > allowed) return
    reader.socket.resume()
    setImmediate(() => reader.socket.pause())
  }, 100)
  return () => clearInterval(timer)
}
