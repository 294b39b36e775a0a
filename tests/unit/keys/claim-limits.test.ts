import { expect, test } from 'vitest'
import { RateLimitExceededError } from '../../../src/errors.js'
import { requireClaimsLeft } from '../../../src/keys/claim-limits.js'
import type { DeviceId, Did } from '../../../src/lib/ids.js'

const [alice, bob, carol] = ['alice', 'bob', 'carol'] as unknown as [Did, Did, Did]

test('one claim for each account, however many of its devices gave a package', async () => {
  const { claim, counts } = counters()
  await claim(alice, bob, bob, bob, carol)
  expect(counts).toEqual(
    new Map([
      ['claims:bob:alice', 1],
      ['claims:carol:alice', 1],
      ['claims:bob', 1],
      ['claims:carol', 1],
    ]),
  )
})

test('own devices are not counted', async () => {
  const { claim, counts } = counters()
  await claim(alice, alice)
  await claim(alice)
  expect(counts.size).toBe(0)
})

test('a caller beyond its own limit uses up nothing of the account’s', async () => {
  const { claim, counts } = counters()
  for (let i = 0; i < 20; i++) await claim(alice, bob)
  for (let i = 0; i < 3; i++) await expect(claim(alice, bob)).rejects.toThrow(/20 times.*90 s/)
  expect(counts.get('claims:bob')).toBe(20)
  await claim(carol, bob)
})

test('an account gives 200 times an hour, whoever asks', async () => {
  const { claim } = counters()
  for (let i = 0; i < 200; i++) await claim(`caller${i}` as Did, bob)
  const over = claim(alice, bob)
  await expect(over).rejects.toBeInstanceOf(RateLimitExceededError)
  await expect(over).rejects.toMatchObject({ statusCode: 429 })
  await claim(alice, carol)
})

function counters() {
  const counts = new Map<string, number>()
  const backend = {
    async count(key: string, windowMs: number) {
      expect(windowMs).toBe(3_600_000)
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return { count, resetsInMs: 89_001 }
    },
  }
  const claim = (caller: Did, ...of: Did[]) =>
    requireClaimsLeft(
      { backend },
      caller,
      of.map((did, i) => ({ did, deviceId: `d${i}` as DeviceId })),
    )
  return { claim, counts }
}
