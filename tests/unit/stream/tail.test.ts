import { expect, test } from 'vitest'
import type { ConvoId, Seq } from '../../../src/lib/ids.js'
import { ORIGIN, type Position } from '../../../src/outbox/position.js'
import { Encoded } from '../../../src/stream/encoded.js'
import type { StreamItem } from '../../../src/stream/stream-item.js'
import { Tail } from '../../../src/stream/tail.js'

test('indexes stay, and the oldest items go first', () => {
  const tail = new Tail(3, 1e9, ORIGIN)
  tail.append([item(1), item(2), item(3)])
  expect([tail.start, tail.end, tail.base]).toEqual([0, 3, ORIGIN])
  tail.append([item(4), item(5)])
  expect([tail.start, tail.end]).toEqual([2, 5])
  expect(tail.base).toEqual(at(2))
  expect(tail.last).toEqual(at(5))
  expect(tail.at(1)).toBeUndefined()
  expect(tail.at(2)?.position).toEqual(at(3))
  expect(tail.at(5)).toBeUndefined()
})

test('grows backwards while there is room, and indexes stay', () => {
  const tail = new Tail(4, 1e9, at(20))
  tail.append([item(21)])
  expect(tail.room).toBe(3)
  tail.prepend([])
  tail.prepend([item(18), item(20)])
  expect([tail.start, tail.end, tail.room]).toEqual([-2, 1, 1])
  expect([tail.base, tail.last]).toEqual([{ xid: 18n, id: 17 }, at(21)])
  expect([-3, -2, -1, 0, 1].map((index) => tail.at(index)?.position)).toEqual([
    undefined,
    at(18),
    at(20),
    at(21),
    undefined,
  ])
  expect([17, 18, 19, 20, 21].map((id) => tail.indexAfter(at(id)))).toEqual([-2, -1, -1, 0, 1])
  // What is more than it holds is let go again, from the front.
  tail.prepend([item(16), item(17)])
  expect([tail.start, tail.base, tail.room]).toEqual([-3, at(16), 0])
  tail.append([item(22)])
  expect([tail.start, tail.base, tail.end]).toEqual([-2, at(17), 2])
})

test('finds the first item after a position', () => {
  const tail = new Tail(10, 1e9, ORIGIN)
  tail.append([item(10), item(20), item(30)])
  expect([0, 9, 10, 15, 29, 30, 31].map((id) => tail.indexAfter(at(id)))).toEqual([
    0, 0, 1, 1, 2, 3, 3,
  ])
})

test('is bounded by memory, counted again when items are loaded', () => {
  const tail = new Tail(100, 50_000, ORIGIN)
  const items = Array.from({ length: 10 }, (_, i) => item(i + 1))
  tail.append(items)
  expect(tail.start).toBe(0)
  for (const each of items) each.encoded = new Encoded('messageEvent', {}, 3_000)
  expect(tail.start).toBe(0)
  tail.recount(items)
  const left = tail.end - tail.start
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThan(10)
  expect(tail.bytes).toBeLessThanOrEqual(50_000)
  // What has gone is not counted again.
  const before = tail.bytes
  tail.recount(items)
  expect(tail.bytes).toBe(before)
})

test('an empty tail follows its base', () => {
  const tail = new Tail(2, 1e9, at(7))
  expect([tail.start, tail.end, tail.base, tail.last]).toEqual([0, 0, at(7), at(7)])
  expect(tail.indexAfter(at(7))).toBe(0)
})

function at(id: number): Position {
  return { xid: BigInt(id), id }
}

function item(id: number): StreamItem {
  const event = { kind: 'message', convoId: 'c' as ConvoId, seq: id as Seq } as const
  return { position: at(id), event, cursor: String(id), encoded: undefined }
}
