import { beforeEach, describe, expect, test } from 'vitest'
import { createDeviceRecords, FRESH_MS, RETRY_MS } from '../../../src/identity/device-records.js'
import { LookupError } from '../../../src/identity/lookup-error.js'
import type { DeviceId, Did } from '../../../src/lib/ids.js'

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const PHONE = 'phone' as DeviceId
const NSID = 'blue.catbird.mls.device'

let now: number
let asked: string[]
let record: () => unknown
const repos = {
  async getRecord(did: Did, collection: string, rkey: string) {
    asked.push(`${did} ${collection} ${rkey}`)
    return record()
  },
}
let records: ReturnType<typeof createDeviceRecords>
beforeEach(() => {
  now = 1_000
  asked = []
  records = createDeviceRecords(repos, () => now)
})

const recorded = ($bytes: unknown) => () => ({ $type: NSID, signaturePublicKey: { $bytes } })
const away = () => {
  throw new LookupError('its host cannot be reached')
}

test('the key of a record is what it says', async () => {
  record = recorded('AQID')
  expect(await records.of(DID, PHONE)).toEqual({
    state: 'recorded',
    signatureKey: Buffer.from([1, 2, 3]),
  })
  expect(asked).toEqual([`${DID} ${NSID} phone`])
})

test.each<[string, () => unknown]>([
  ['no record', () => undefined],
  ['null', () => null],
  ['a record of another type', () => ({ $type: 'a.b.c', signaturePublicKey: { $bytes: 'AQID' } })],
  ['no key', () => ({ $type: NSID })],
  ['a key that is no bytes', () => ({ $type: NSID, signaturePublicKey: 'AQID' })],
  ['an empty key', recorded('')],
  ['bytes that are no text', recorded(7)],
])('%s is none', async (_what, answer) => {
  record = answer
  expect(await records.of(DID, PHONE)).toEqual({ state: 'none' })
})

test('a name that no record can have is not asked for', async () => {
  for (const name of ['.', '..']) {
    expect(await records.of(DID, name as DeviceId)).toEqual({ state: 'none' })
  }
  expect(asked).toEqual([])
})

describe('an answer', () => {
  test('is shared by many at the same time, and believed for a minute', async () => {
    record = () => undefined
    await Promise.all(Array.from({ length: 5 }, () => records.of(DID, PHONE)))
    now += FRESH_MS - 1
    record = recorded('AQID')
    expect(await records.of(DID, PHONE)).toEqual({ state: 'none' })
    expect(asked).toHaveLength(1)
    now += 2
    expect(await records.of(DID, PHONE)).toMatchObject({ state: 'recorded' })
  })

  test('is had anew by who needs it', async () => {
    record = () => undefined
    await records.of(DID, PHONE)
    record = recorded('AQID')
    expect(await records.of(DID, PHONE, { anew: true })).toMatchObject({ state: 'recorded' })
    expect(asked).toHaveLength(2)
  })

  test('that nobody gives is not asked for again at once, whoever needs it', async () => {
    record = away
    expect(await records.of(DID, PHONE)).toEqual({ state: 'unknown' })
    expect(await records.of(DID, PHONE, { anew: true })).toEqual({ state: 'unknown' })
    expect(asked).toHaveLength(1)
    now += RETRY_MS + 1
    record = recorded('AQID')
    expect(await records.of(DID, PHONE)).toMatchObject({ state: 'recorded' })
  })
})

test('a fault of our own is none of the account’s', async () => {
  record = () => {
    throw new TypeError('a bug')
  }
  await expect(records.of(DID, PHONE)).rejects.toThrow('a bug')
})
