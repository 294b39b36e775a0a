import { expect, test } from 'vitest'
import { Snapshot } from '../../../src/outbox/snapshot.js'

test('a snapshot sees what had ended, and knows what began after it', () => {
  const snapshot = Snapshot.parse('10:15:10,12')
  const xids = [9n, 10n, 11n, 12n, 13n, 14n, 15n, 16n]
  expect(xids.filter((xid) => snapshot.sees(xid))).toEqual([9n, 11n, 13n, 14n])
  expect(xids.filter((xid) => snapshot.precedes(xid))).toEqual([15n, 16n])
})

test('one in which nothing ran sees all before its end', () => {
  const snapshot = Snapshot.parse('15:15:')
  expect([14n, 15n, 2n ** 40n].map((xid) => snapshot.sees(xid))).toEqual([true, false, false])
})
