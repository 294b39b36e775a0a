import { beforeEach, expect, test } from 'vitest'
import { createDeclarations, FRESH_MS, RETRY_MS } from '../../../src/identity/declarations.js'
import { LookupError } from '../../../src/identity/lookup-error.js'
import type { Did } from '../../../src/lib/ids.js'

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const NSID = 'blue.catbird.mls.declaration'

let now: number
let asked: number
let record: () => unknown
const repos = {
  async getRecord(did: Did, collection: string, rkey: string) {
    expect([did, collection, rkey]).toEqual([DID, NSID, 'self'])
    asked += 1
    return record()
  },
}
let declarations: ReturnType<typeof createDeclarations>
beforeEach(() => {
  now = 1_000
  asked = 0
  declarations = createDeclarations(repos, () => now)
})

const declared = (allowIncoming: unknown) => () => ({ $type: NSID, allowIncoming })
const away = () => {
  throw new LookupError('its host cannot be reached')
}

test.each(['all', 'following', 'none'])('%s is what it says', async (allowIncoming) => {
  record = declared(allowIncoming)
  expect(await declarations.of(DID)).toBe(allowIncoming)
})

test.each<[string, () => unknown]>([
  ['no record', () => undefined],
  ['null', () => null],
  ['a record of another type', () => ({ $type: 'app.bsky.feed.post', allowIncoming: 'none' })],
  ['a value of a later version', declared('mutuals')],
  ['no value', declared(undefined)],
])('%s is no declaration', async (_what, answer) => {
  record = answer
  expect(await declarations.of(DID)).toBeUndefined()
})

test('is asked for once by many at the same time, and again after a minute', async () => {
  record = declared('none')
  const answers = await Promise.all(Array.from({ length: 5 }, () => declarations.of(DID)))
  expect(new Set(answers)).toEqual(new Set(['none']))
  now += FRESH_MS - 1
  record = declared('all')
  expect(await declarations.of(DID)).toBe('none')
  expect(asked).toBe(1)
  now += 2
  expect(await declarations.of(DID)).toBe('all')
  expect(asked).toBe(2)
})

test('while it cannot be read the last one counts, and is asked for again soon', async () => {
  record = declared('none')
  await declarations.of(DID)
  record = away
  now += 10 * FRESH_MS
  expect(await declarations.of(DID)).toBe('none')
  expect(await declarations.of(DID)).toBe('none')
  expect(asked).toBe(2)
  now += RETRY_MS + 1
  record = () => undefined
  expect(await declarations.of(DID)).toBeUndefined()
})

test('where none was ever read, and none can be, nothing is declared', async () => {
  record = away
  expect(await declarations.of(DID)).toBeUndefined()
  expect(await declarations.of(DID)).toBeUndefined()
  expect(asked).toBe(1)
})

test('a fault of our own is none of the account’s', async () => {
  record = () => {
    throw new TypeError('a bug')
  }
  await expect(declarations.of(DID)).rejects.toThrow('a bug')
})
