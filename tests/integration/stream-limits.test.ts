import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { Database } from '../../src/db/types.js'
import type { Did } from '../../src/lib/ids.js'
import type { StreamSettings } from '../../src/stream/index.js'
import { EventReader } from '../support/client-stream.js'
import { openTestDatabase } from '../support/database.js'
import { people, StreamStage } from '../support/stream-stage.js'

let database: Database
let ALICE: Did, BOB: Did
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(() => {
  ;({ ALICE, BOB } = people())
})

function openStage(settings: Partial<StreamSettings> = {}, bufferSize = 1_000) {
  return StreamStage.open({ database, bufferSize, settings: { beatMs: 20, ...settings } })
}

test('five streams per device, twenty per account; a closed one makes room', async () => {
  await using stage = await openStage()
  for (const name of ['a', 'b', 'c', 'd', 'e']) await stage.device(ALICE, name)
  const ofDevice = await listenOften(stage, `${ALICE}#a`, 5)
  await expect(stage.listen(`${ALICE}#a`)).rejects.toMatchObject({ status: 429 })
  const others = [
    ...(await listenOften(stage, `${ALICE}#b`, 5)),
    ...(await listenOften(stage, ALICE, 10)),
  ]
  await expect(stage.listen(`${ALICE}#c`)).rejects.toMatchObject({
    status: 429,
    error: 'RateLimitExceeded',
  })
  await using control = await stage.listen(BOB)
  expect(control.socket.readyState).toBe(WebSocket.OPEN)
  await ofDevice[0]!.close()
  await expect.poll(() => stage.stream.stats().open).toBe(20)
  await using again = await stage.listen(`${ALICE}#a`)
  expect(again.socket.readyState).toBe(WebSocket.OPEN)
  for (const reader of [...ofDevice, ...others]) await reader.cut()
})

test('a limit per address counts all accounts', async () => {
  await using stage = await openStage({ streamsPerAddress: 2 })
  const readers = [await stage.listen(ALICE), await stage.listen(BOB)]
  await expect(stage.listen(people().CAROL)).rejects.toMatchObject({ status: 429 })
  for (const reader of readers) await reader.cut()
})

test('a client that sends more than ten messages a second is closed; ten are ignored', async () => {
  await using stage = await openStage()
  await using quiet = await stage.listen(BOB)
  await using loud = await stage.listen(ALICE)
  for (let i = 0; i < 10; i++) quiet.socket.send('x')
  for (let i = 0; i < 11; i++) loud.socket.send('x')
  expect(await loud.closed).toMatchObject({ code: 1008 })
  const convoId = await stage.convo(BOB)
  await stage.send(convoId)
  await quiet.untilSeq(convoId, 1)
})

test('a message above 1 KiB closes the stream', async () => {
  await using stage = await openStage()
  await using small = await stage.listen(BOB)
  await using large = await stage.listen(ALICE)
  small.socket.send(Buffer.alloc(1024))
  large.socket.send(Buffer.alloc(1025))
  expect(await large.closed).toMatchObject({ code: 1009 })
  expect(small.socket.readyState).toBe(WebSocket.OPEN)
})

test('compression is not agreed to', async () => {
  await using stage = await openStage()
  const socket = new WebSocket(stage.url.replace('http', 'ws'), {
    headers: { authorization: `Bearer ${BOB}` },
    perMessageDeflate: true,
  })
  await once(socket, 'open')
  expect(socket.extensions).toBe('')
  socket.terminate()
})

test('a peer that answers no ping is cut off, one that does is not', async () => {
  await using stage = await openStage({ pingMs: 50, deadMs: 200 })
  await using live = await stage.listen(BOB)
  const dead = new WebSocket(stage.url.replace('http', 'ws'), {
    headers: { authorization: `Bearer ${ALICE}` },
    autoPong: false,
  })
  await once(dead, 'open')
  await once(dead, 'close')
  await sleep(200)
  expect(live.socket.readyState).toBe(WebSocket.OPEN)
  expect(stage.stream.stats().open).toBe(1)
})

test('a stream ends after its life, with a code that says: come back', async () => {
  await using stage = await openStage({ lifeMs: 100 })
  await using reader = await stage.listen(BOB)
  expect(await reader.closed).toMatchObject({ code: 1001 })
})

test('a reader that stops reading is told that it is too slow, and loses nothing', async () => {
  await using stage = await openStage({ stallMs: 2_000 })
  const convoId = await stage.convo(ALICE, BOB)
  await using fast = await stage.listen(ALICE)
  await using slow = await stage.listen(BOB)
  await stage.send(convoId)
  await slow.untilSeq(convoId, 1)
  // Both kernels take some megabytes before anything waits in the service.
  slow.socket.pause()
  const last = await stage.send(convoId, 24, 250_000)
  await fast.untilSeq(convoId, last)
  await expect.poll(() => stage.stream.stats().open).toBe(1)
  slow.socket.resume()
  await slow.closed
  const seen = slow.messages().map(({ seq }) => seq)
  expect(seen).toEqual(seen.map((_, i) => i + 1))
  expect(seen.length).toBeLessThan(last)
  await using again = await stage.listen(BOB, { cursor: slow.cursor! })
  await again.untilSeq(convoId, last)
  expect(again.messages()[0]!.seq).toBe(seen.length + 1)
})

test('a stalled reader keeps at most 256 KiB in the service', async () => {
  await using stage = await openStage({}, 4)
  const convoId = await stage.convo(ALICE, BOB)
  const sockets: import('node:net').Socket[] = []
  stage.server.on('connection', (socket) => sockets.push(socket))
  await using fast = await stage.listen(ALICE)
  const [stalled] = await listenOften(stage, BOB, 1)
  stalled!.socket.pause()
  const last = await stage.send(convoId, 60, 100_000)
  await fast.untilSeq(convoId, last)
  const waiting = sockets[1]!.writableLength
  expect(waiting).toBeGreaterThan(0)
  expect(waiting).toBeLessThanOrEqual(256 * 1024)
  await stalled!.cut()
})

test('stopping ends every stream with 1001 and lets none in', async () => {
  await using stage = await openStage()
  const readers = [await stage.listen(ALICE), await stage.listen(BOB)]
  await stage.stream.close()
  for (const reader of readers) expect(await reader.closed).toMatchObject({ code: 1001 })
  await expect(stage.listen(BOB)).rejects.toMatchObject({
    status: 503,
    error: 'ServiceUnavailable',
  })
  expect(stage.stream.stats().open).toBe(0)
})

test('a broken handshake is answered, and holds no place', async () => {
  await using stage = await openStage({ streamsPerAccount: 1 })
  const { port, pathname } = new URL(stage.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Authorization: Bearer ${BOB}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  )
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /)
  await using reader = await stage.listen(BOB)
  expect(reader.socket.readyState).toBe(WebSocket.OPEN)
  socket.destroy()
})

function listenOften(stage: StreamStage, holder: string, count: number): Promise<EventReader[]> {
  return Promise.all(Array.from({ length: count }, () => stage.listen(holder)))
}
