import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from '../../../src/outbox/cursor.js'
import { comparePositions, type Position } from '../../../src/outbox/position.js'

const INCARNATION = '00ff00ff00ff00ff'
const position: fc.Arbitrary<Position> = fc.record({
  xid: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  id: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
})

test('a cursor comes back as it was, and cursors are ordered as their positions', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      const [left, right] = [encodeCursor(INCARNATION, a), encodeCursor(INCARNATION, b)]
      expect(decodeCursor(left)).toEqual({ incarnation: INCARNATION, position: a })
      expect(left < right).toBe(comparePositions(a, b) < 0)
      expect(left === right).toBe(comparePositions(a, b) === 0)
    }),
  )
})

test('anything else is no cursor', () => {
  const good = encodeCursor(INCARNATION, { xid: 1n, id: 2 })
  expect(decodeCursor(good)).toBeDefined()
  const bad = [
    '',
    good.slice(1),
    `${good}0`,
    good.slice(0, -1),
    good.toUpperCase(),
    good.replace('a', 'b'),
    `a${'f'.repeat(48)}`,
    ` ${good}`,
    `${good}\n`,
  ]
  expect(bad.filter((text) => decodeCursor(text))).toEqual([])
})
