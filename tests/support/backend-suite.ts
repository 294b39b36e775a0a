import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Backend, Counter, Usable } from '../../src/backend/backend.js'

/**
 * What every backend does, whatever it is made of. `open` gives a fresh, empty store each time, and
 * `wait` lets its clock go on.
 */
export function backendSuite(
  name: string,
  open: () => Promise<Backend>,
  wait: (ms: number) => Promise<void>,
): void {
  describe(name, () => {
    const opened: Backend[] = []
    async function fresh(): Promise<Backend> {
      const backend = await open()
      opened.push(backend)
      return backend
    }
    afterEach(async () => {
      for (const backend of opened.splice(0)) await backend[Symbol.asyncDispose]()
    })

    it('answers a ping', async () => {
      const backend = await fresh()
      await expect(backend.ping()).resolves.toBeUndefined()
    })

    describe('useOnce', () => {
      it('gives the first use to one of many that run together', async () => {
        const backend = await fresh()
        const { nowMs } = await backend.useOnce('another', usable(0, 1))
        const uses = await Promise.all(
          Array.from({ length: 50 }, () => backend.useOnce('key', usable(nowMs + 60_000, 0))),
        )
        expect(uses.filter(({ use }) => use === 'first')).toHaveLength(1)
        expect(uses.filter(({ use }) => use === 'used')).toHaveLength(49)
      })

      it('keeps keys apart', async () => {
        const backend = await fresh()
        const until = Number.MAX_SAFE_INTEGER / 1000
        expect((await backend.useOnce('a', usable(until, 0))).use).toBe('first')
        expect((await backend.useOnce('b', usable(until, 0))).use).toBe('first')
        expect((await backend.useOnce('a', usable(until, 0))).use).toBe('used')
      })

      it('remembers until the moment it is told, and no longer', async () => {
        const backend = await fresh()
        const { nowMs } = await backend.useOnce('another', usable(0, 1))
        await backend.useOnce('brief', usable(nowMs + 3000, 0))
        await backend.useOnce('long', usable(nowMs + 60_000, 0))
        expect((await backend.useOnce('brief', usable(nowMs + 3000, 0))).use).toBe('used')
        await wait(3100)
        expect((await backend.useOnce('brief', usable(nowMs + 60_000, 0))).use).toBe('first')
        expect((await backend.useOnce('long', usable(nowMs + 60_000, 0))).use).toBe('used')
      })

      it('remembers for the least time also when the moment is past', async () => {
        const backend = await fresh()
        await backend.useOnce('past', usable(0, 60_000))
        expect((await backend.useOnce('past', usable(0, 60_000))).use).toBe('used')
      })

      it('tells since when it remembers, by a clock that goes on', async () => {
        const backend = await fresh()
        const before = await backend.useOnce('a', usable(0, 1))
        await wait(20)
        const after = await backend.useOnce('b', usable(0, 1))
        expect(after.sinceMs).toBe(before.sinceMs)
        expect(before.sinceMs).toBeLessThanOrEqual(before.nowMs)
        expect(after.nowMs).toBeGreaterThan(before.nowMs)
      })
    })

    describe('useOnce with a counter', () => {
      const counter = { key: 'calls', windowMs: 60_000 }
      const DISTANT = Number.MAX_SAFE_INTEGER / 1000

      it('counts the one of many that holds, and no other', async () => {
        const backend = await fresh()
        const uses = await Promise.all(
          Array.from({ length: 60 }, (_, i) =>
            backend.useOnce(`key ${i % 3}`, usable(DISTANT, 0, counter)),
          ),
        )
        const held = uses.filter(({ use }) => use === 'first')
        expect(held.map(({ count }) => count?.count).sort()).toEqual([1, 2, 3])
        for (const { count } of held) {
          expect(count?.resetsInMs).toBeGreaterThan(0)
          expect(count?.resetsInMs).toBeLessThanOrEqual(60_000)
        }
        const others = uses.filter(({ use }) => use !== 'first')
        expect(others).toHaveLength(57)
        for (const other of others) expect(other).toMatchObject({ use: 'used' })
        expect(others.filter((other) => 'count' in other)).toEqual([])
        expect((await backend.count('calls', 60_000)).count).toBe(4)
      })

      it('counts together with count, and each counter apart', async () => {
        const backend = await fresh()
        const use = async (key: string, of = counter) =>
          (await backend.useOnce(key, usable(DISTANT, 0, of))).count?.count
        expect(await use('a')).toBe(1)
        expect((await backend.count('calls', 60_000)).count).toBe(2)
        expect(await use('b')).toBe(3)
        expect(await use('c', { ...counter, key: 'others' })).toBe(1)
        expect(await use('d')).toBe(4)
      })

      it('begins a new window after the old one', async () => {
        const backend = await fresh()
        const brief = { ...counter, windowMs: 500 }
        await backend.useOnce('a', usable(DISTANT, 0, brief))
        await wait(600)
        const { count } = await backend.useOnce('b', usable(DISTANT, 0, brief))
        expect(count?.count).toBe(1)
        expect(count?.resetsInMs).toBeLessThanOrEqual(500)
      })

      it('holds nothing from before it began to remember, nor past its end, and counts neither', async () => {
        const backend = await fresh()
        const { sinceMs, nowMs } = await backend.useOnce('another', usable(DISTANT, 0))
        const from = (fromMs: number) => ({ fromMs, untilMs: DISTANT, atLeastMs: 0, counter })
        const forgotten = await backend.useOnce('older', from(sinceMs - 1))
        expect(forgotten).toMatchObject({ use: 'forgotten' })
        const over = await backend.useOnce('over', usable(nowMs, 60_000, counter))
        expect(over).toMatchObject({ use: 'over' })
        expect([forgotten, over].filter((use) => 'count' in use)).toEqual([])
        // It is remembered all the same, and the first that counts is the one that holds.
        expect((await backend.useOnce('older', from(sinceMs))).use).toBe('used')
        expect((await backend.useOnce('over', usable(DISTANT, 0, counter))).use).toBe('used')
        expect(await backend.useOnce('new', from(sinceMs))).toMatchObject({
          use: 'first',
          count: { count: 1 },
        })
      })
    })

    describe('put and take', () => {
      it('hands a value over once', async () => {
        const backend = await fresh()
        await backend.put('ticket', 'value é', 60_000)
        const taken = await Promise.all(Array.from({ length: 20 }, () => backend.take('ticket')))
        expect(taken.filter((value) => value !== undefined)).toEqual(['value é'])
      })

      it('forgets a value when its time is over', async () => {
        const backend = await fresh()
        await backend.put('brief', 'x', 500)
        await backend.put('long', 'y', 60_000)
        await wait(600)
        expect(await backend.take('brief')).toBeUndefined()
        expect(await backend.take('long')).toBe('y')
      })

      it('knows nothing of what was never put', async () => {
        const backend = await fresh()
        expect(await backend.take('never')).toBeUndefined()
      })
    })

    describe('count', () => {
      it('counts each of many that run together', async () => {
        const backend = await fresh()
        const counts = await Promise.all(
          Array.from({ length: 20 }, () => backend.count('key', 60_000)),
        )
        expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 20 }, (_, i) => i + 1),
        )
        for (const { resetsInMs } of counts) {
          expect(resetsInMs).toBeGreaterThan(0)
          expect(resetsInMs).toBeLessThanOrEqual(60_000)
        }
        expect((await backend.count('other', 60_000)).count).toBe(1)
      })

      it('begins a new window after the old one, which no count prolongs', async () => {
        const backend = await fresh()
        expect((await backend.count('key', 5000)).count).toBe(1)
        await wait(2550)
        expect((await backend.count('key', 5000)).count).toBe(2)
        await wait(2550)
        expect((await backend.count('key', 5000)).count).toBe(1)
      })
    })

    describe('publish and subscribe', () => {
      it('brings the bytes to every subscriber of the channel, and to no other', async () => {
        const backend = await fresh()
        const got: Record<string, number[][]> = { first: [], second: [], other: [] }
        await backend.subscribe('channel', (bytes) => got.first?.push([...bytes]))
        await backend.subscribe('channel', (bytes) => got.second?.push([...bytes]))
        await backend.subscribe('elsewhere', (bytes) => got.other?.push([...bytes]))
        await backend.publish('channel', Uint8Array.of(0, 255, 10, 13))
        await backend.publish('channel', new Uint8Array())
        await eventually(() => {
          const expected = [[0, 255, 10, 13], []]
          expect(got).toEqual({ first: expected, second: expected, other: [] })
        })
      })

      it('brings nothing to one that has left', async () => {
        const backend = await fresh()
        let left = 0
        let stayed = 0
        const leaving = await backend.subscribe('channel', () => (left += 1))
        await backend.subscribe('channel', () => (stayed += 1))
        await leaving[Symbol.asyncDispose]()
        await backend.publish('channel', Uint8Array.of(1))
        await eventually(() => expect(stayed).toBe(1))
        expect(left).toBe(0)
      })
    })
  })
}

/** What can be used at any time before `untilMs`, also by a store that forgot. */
export function usable(untilMs: number, atLeastMs: number, counter?: Counter): Usable {
  return { fromMs: Number.MAX_SAFE_INTEGER, untilMs, atLeastMs, counter }
}

/** Repeats `check` until it passes; after five seconds its last failure counts. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  const patience = performance.now() + 60_000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > patience) throw error
    }
    await sleep(10)
  }
}
