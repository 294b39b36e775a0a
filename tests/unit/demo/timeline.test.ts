import { expect, test } from 'vitest'
import { timeline, unreadableText } from '../../../packages/demo/src/text/timeline.js'
import { ALICE, BOB, CAROL, LogOf, called } from './log-records.js'

const MINUTE = 60
const DAY = 86_400

function shown(log: LogOf): string[] {
  return timeline(log.entries, called).map((item) => {
    if (item.type === 'day') return 'day'
    if (item.type === 'system') return item.text
    if (item.type === 'unreadable') return `${item.count} ${item.reason}`
    return `${item.own ? 'own' : called(item.did, true)}: ${item.messages.length}`
  })
}

test('an empty log shows nothing', () => {
  expect(timeline([], called)).toEqual([])
})

test('what one person says in one go is one group; another person, or a pause, begins the next', () => {
  const log = new LogOf()
    .says(BOB, 'a')
    .says(BOB, 'b')
    .says(ALICE, 'c')
    .says(BOB, 'd')
    .wait(6 * MINUTE)
    .says(BOB, 'e')
  expect(shown(log)).toEqual(['day', 'Bob: 2', 'own: 1', 'Bob: 1', 'Bob: 1'])
})

test('a group that goes on for long stays one while no pause is long', () => {
  const log = new LogOf().says(BOB, 'a')
  for (let at = 0; at < 4; at++) log.wait(4 * MINUTE).says(BOB, 'b')
  expect(shown(log)).toEqual(['day', 'Bob: 5'])
})

test('each day begins with its date, once, and ends a group', () => {
  const log = new LogOf().says(BOB, 'a').wait(DAY).says(BOB, 'b').wait(2).says(CAROL, 'c')
  expect(shown(log)).toEqual(['day', 'Bob: 1', 'day', 'Bob: 1', 'Carol: 1'])
})

test('changes stand between messages; what clients tell each other is not seen and parts nothing', () => {
  const log = new LogOf()
    .changes(ALICE, [BOB])
    .hidden()
    .says(BOB, 'a')
    .hidden()
    .says(BOB, 'b')
    .changes(BOB, [], [])
    .says(BOB, 'c')
  expect(shown(log)).toEqual(['day', 'You added Bob', 'Bob: 3'])
})

test('a log of nothing to see has no day either', () => {
  expect(shown(new LogOf().hidden().changes(BOB, []))).toEqual([])
})

test('unreadable messages in a row are counted, by reason', () => {
  const log = new LogOf()
    .unreadable('beforeJoining')
    .unreadable('beforeJoining')
    .unreadable('failed')
    .says(BOB, 'a')
    .unreadable('failed')
  expect(shown(log)).toEqual(['day', '2 beforeJoining', '1 failed', 'Bob: 1', '1 failed'])
})

test('every item has a key of its own', () => {
  const log = new LogOf().changes(ALICE, [BOB]).says(BOB, 'a').wait(DAY).unreadable('expired')
  const keys = timeline(log.entries, called).map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})

test('unreadable messages are told in words', () => {
  expect(unreadableText('failed', 1)).toBe('A message could not be decrypted')
  expect(unreadableText('expired', 3)).toBe('3 messages are no longer kept by the service')
  expect(unreadableText('beforeJoining', 1)).toMatch(/^A message from before .* is not readable/)
})
