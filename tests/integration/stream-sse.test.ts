import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { jsonToLex } from '@atproto/lexicon'
import { lexicons } from '../../src/lexicon/lexicons.js'
import type { Did } from '../../src/lib/ids.js'
import { people, StreamStage } from '../support/stream-stage.js'
import { SseReader } from '../support/sse-reader.js'

const NSID = 'blue.catbird.mls.subscribeConvoEvents'

let stage: StreamStage
let ALICE: Did, BOB: Did
beforeAll(async () => {
  stage = await StreamStage.open({ settings: { keepAliveMs: 60, beatMs: 20 } })
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(() => {
  ;({ ALICE, BOB } = people())
})

test('events come with cursor, name and data, the same as over WebSocket', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using socket = await stage.listen(BOB)
  await using sse = await SseReader.open(stage.url, { holder: BOB })
  await stage.send(convoId, 3)
  await stage.leave(convoId, ALICE)
  const blocks = await sse.events(4)
  while (socket.events.length < 4) await socket.next()
  for (const [index, block] of blocks.entries()) {
    const { type, ...body } = socket.events[index]!
    expect(block.event).toBe(type)
    expect(block.id).toBe('cursor' in body && body.cursor)
    const data = jsonToLex(JSON.parse(block.data)) as Record<string, unknown>
    expect(data).toEqual({ $type: `${NSID}#${type}`, ...body })
    expect(lexicons.validate(`${NSID}#${type}`, data)).toMatchObject({ success: true })
  }
  expect(sse.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(sse.headers.get('cache-control')).toBe('no-store')
  expect(sse.retry).toBe(3000)
})

test('Last-Event-ID resumes, and goes before the cursor of the address', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using first = await SseReader.open(stage.url, { holder: BOB })
  await stage.send(convoId, 4)
  const blocks = await first.events(4)
  await using byCursor = await SseReader.open(stage.url, {
    holder: BOB,
    params: { cursor: blocks[0]!.id! },
  })
  expect(await byCursor.events(3)).toEqual(blocks.slice(1))
  await using byHeader = await SseReader.open(stage.url, {
    holder: BOB,
    params: { cursor: blocks[0]!.id! },
    lastEventId: blocks[2]!.id!,
  })
  expect(await byHeader.events(1)).toEqual(blocks.slice(3))
})

test('an idle stream gets comments, which are no events', async () => {
  await stage.convo(BOB)
  await using sse = await SseReader.open(stage.url, { holder: BOB })
  await sse.comments(3)
  expect(sse.blocks).toEqual([])
})

test('what cannot begin is answered with an XRPC error', async () => {
  const future = `a${stage.incarnation}${'7'.repeat(16)}${'0'.repeat(16)}`
  const convoId = await stage.convo(BOB)
  await stage.send(convoId)
  const refused = async (holder: string, params: Record<string, string>) => {
    const url = `${stage.url}?${new URLSearchParams(params)}`
    const answer = await fetch(url, { headers: { authorization: `Bearer ${holder}` } })
    return `${answer.status} ${((await answer.json()) as { error: string }).error}`
  }
  expect(await refused(BOB, { cursor: 'x' })).toBe('400 InvalidCursor')
  expect(await refused(BOB, { cursor: future })).toBe('400 FutureCursor')
  expect(await refused(ALICE, { convoId })).toBe('404 ConvoNotFound')
})

test('a reader that goes away frees its place', async () => {
  await stage.convo(BOB)
  const before = stage.stream.stats().open
  const readers = await Promise.all(
    Array.from({ length: 20 }, () => SseReader.open(stage.url, { holder: BOB })),
  )
  await expect(SseReader.open(stage.url, { holder: BOB })).rejects.toMatchObject({
    status: 429,
    error: 'RateLimitExceeded',
  })
  expect(stage.stream.stats().open).toBe(before + 20)
  await readers[0]![Symbol.asyncDispose]()
  await expect.poll(() => stage.stream.stats().open).toBe(before + 19)
  await using again = await SseReader.open(stage.url, { holder: BOB })
  expect(again.headers.get('content-type')).toContain('text/event-stream')
  await Promise.all(readers.map((reader) => reader[Symbol.asyncDispose]()))
})
