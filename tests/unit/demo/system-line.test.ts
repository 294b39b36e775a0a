import { expect, test } from 'vitest'
import { systemLine } from '../../../packages/demo/src/text/system-line.js'
import type { ChangeContent } from '../../../packages/demo/src/text/system-line.js'
import { ALICE, BOB, CAROL, LogOf, called } from './log-records.js'

function line(by: string | undefined, added: string[], removed: string[] = []) {
  const [entry] = new LogOf().changes(by, added, removed).entries
  return systemLine(entry as ChangeContent, called)
}

test('says who added and removed whom', () => {
  expect(line(BOB, [ALICE, CAROL])).toBe('Bob added you and Carol')
  expect(line(ALICE, [], [BOB])).toBe('You removed Bob')
  expect(line(BOB, [CAROL], [ALICE])).toBe('Bob added Carol; Bob removed you')
})

test('devices of one account are one account', () => {
  expect(line(BOB, [`${CAROL}#phone`, `${CAROL}#laptop`])).toBe('Bob added Carol')
})

test('tells of devices only where nothing else has changed', () => {
  expect(line(BOB, [`${BOB}#laptop`])).toBe('Bob joined with a new device')
  expect(line(BOB, [], [`${BOB}#laptop`])).toBe('Bob removed a device')
  expect(line(BOB, [`${BOB}#laptop`, CAROL])).toBe('Bob added Carol')
})

test('a device that is taken out and put back in has come back', () => {
  expect(line(BOB, [BOB], [BOB])).toBe('Bob came back with new keys')
})

test('a change by nobody that is known is told without a name', () => {
  expect(line(undefined, [], [BOB])).toBe('Bob was removed')
  expect(line(undefined, [], [BOB, CAROL])).toBe('Bob and Carol were removed')
  expect(line(undefined, [BOB])).toBe('Bob joined')
})

test('a group that was begun anew is told as that, whoever is in it', () => {
  const [entry] = new LogOf().changes(BOB, [CAROL]).entries
  const change = { ...(entry as ChangeContent), reset: true as const }
  expect(systemLine(change, called)).toBe('Bob began the group anew')
  expect(systemLine({ ...change, by: undefined }, called)).toBe('An admin began the group anew')
})

test('fresh keys are nothing to tell', () => {
  expect(line(BOB, [])).toBeUndefined()
})
