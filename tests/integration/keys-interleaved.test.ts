import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockConvos } from '../../src/convo/lock.js'
import { inTx } from '../../src/db/tx.js'
import { InvalidKeyPackageError } from '../../src/errors.js'
import { consumeKeyPackages } from '../../src/keys/consume.js'
import { leaseKeyPackages } from '../../src/keys/lease.js'
import { syncKeyPackages } from '../../src/keys/sync.js'
import { type DeviceDomain, openDeviceDomain, randomConvoId } from '../support/device-domain.js'
import { randomPlcDid } from '../support/plc.js'
import { Random } from '../support/random.js'

const SEED = Random.seed() % 2 ** 31
const PACKAGES = 5

let domain: DeviceDomain
beforeAll(async () => void (domain = await openDeviceDomain()))
afterAll(() => domain[Symbol.asyncDispose]())

const holder = fc.record({ caller: fc.nat(1), convo: fc.nat(1) })
const packageIndex = fc.nat(PACKAGES - 1)
const operation = fc.oneof(
  { weight: 5, arbitrary: holder.map((by) => ({ kind: 'lease' as const, ...by })) },
  {
    weight: 5,
    arbitrary: fc
      .record({ by: holder, index: packageIndex })
      .map(({ by, index }) => ({ kind: 'consume' as const, ...by, index })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(packageIndex, { minLength: 4 })
      .map((kept) => ({ kind: 'sync' as const, kept })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'publish' as const }) },
)
/** Operations at the same time; then the leases of some packages end. */
const round = fc.record({
  operations: fc.array(operation, { minLength: 6, maxLength: 12 }),
  ended: fc.uniqueArray(packageIndex),
})

test(`a package is leased to one at a time and used once, whatever comes together (MLS_SEED=${SEED})`, async () => {
  let leases = 0
  let uses = 0
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 4, maxLength: 6 }), async (rounds) => {
      const world = await makeWorld()
      for (const one of rounds) {
        const played = await play(world, one)
        leases += played.leased.length
        uses += played.used.length
      }
    }),
    { seed: SEED, numRuns: 40 },
  )
  console.log(`${leases} leases, ${uses} uses`)
  // Control: there was something to go wrong.
  expect(leases).toBeGreaterThan(100)
  expect(uses).toBeGreaterThan(50)
})

async function makeWorld() {
  const { device, did, deviceId, packages } = await domain.publishedDevice(PACKAGES)
  return {
    device,
    did,
    deviceId,
    packages,
    refs: packages.map(({ ref }) => ref),
    callers: [randomPlcDid(), randomPlcDid()],
    convoIds: [randomConvoId(), randomConvoId()],
    /** Who holds a package at the end of the last round; nobody after its lease ended. */
    holders: new Map<string, string>(),
    /** Whoever leased it last may use it, ended or not. */
    latest: new Map<string, string>(),
    gone: new Set<string>(),
  }
}

type World = Awaited<ReturnType<typeof makeWorld>>
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never
interface Outcome {
  kind: 'leased' | 'used' | 'deleted'
  ref: string
  by: string
}

async function play(
  world: World,
  { operations, ended }: { operations: Operation[]; ended: number[] },
) {
  const before = { holders: new Map(world.holders), latest: new Map(world.latest) }
  const goneBefore = new Set(world.gone)
  const outcomes = (await Promise.all(operations.map((one) => perform(world, one)))).flat()
  const of = (kind: Outcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind)
  const [leased, used] = [of('leased'), of('used')]

  for (const { ref, by } of leased) {
    expect(goneBefore, 'a used or deleted package was leased').not.toContain(ref)
    const others = leased.filter((other) => other.ref === ref && other.by !== by)
    expect(others, 'leased to two in one round').toEqual([])
    expect(before.holders.get(ref) ?? by, 'leased while another one held it').toBe(by)
    world.holders.set(ref, by)
    world.latest.set(ref, by)
  }
  for (const { ref, by } of used) {
    expect(goneBefore, 'a used or deleted package was used').not.toContain(ref)
    expect(
      used.filter((other) => other.ref === ref),
      'used twice',
    ).toHaveLength(1)
    expect([before.latest.get(ref), world.latest.get(ref)], 'used by who had no lease').toContain(
      by,
    )
  }
  for (const { ref } of [...used, ...of('deleted')]) world.gone.add(ref)
  for (const index of ended) {
    const ref = world.refs[index]!
    await domain.endLease(ref)
    world.holders.delete(ref)
  }
  return { leased, used }
}

async function perform(world: World, one: Operation): Promise<Outcome[]> {
  const { did, deviceId, refs } = world
  switch (one.kind) {
    case 'lease': {
      const [caller, convoId] = [world.callers[one.caller]!, world.convoIds[one.convo]!]
      const { keyPackages } = await leaseKeyPackages(domain, { caller, dids: [did], convoId })
      const by = nameOf(one)
      return keyPackages.map(({ keyPackageRef }) => ({ kind: 'leased', ref: keyPackageRef, by }))
    }
    case 'consume': {
      const [caller, convoId] = [world.callers[one.caller]!, world.convoIds[one.convo]!]
      // What it holds or held, if anything; else any, which is to be refused.
      const own = refs.filter((ref) => world.latest.get(ref) === nameOf(one))
      const ref = own[one.index % own.length] ?? refs[one.index]!
      const commit = { refs: [ref], by: caller, convoId, now: domain.clock() }
      try {
        await inTx(domain.db, async (tx) => {
          await lockConvos(tx, [convoId])
          await consumeKeyPackages(tx, domain, commit)
        })
        return [{ kind: 'used', ref, by: nameOf(one) }]
      } catch (error) {
        if (error instanceof InvalidKeyPackageError) return []
        throw error
      }
    }
    case 'sync': {
      const kept = one.kept.map((index) => refs[index]!)
      const { deleted } = await syncKeyPackages(domain, { did, deviceId, kept })
      return deleted.map((ref) => ({ kind: 'deleted', ref, by: 'owner' }))
    }
    case 'publish':
      await domain.publish(world.device, world.packages)
      return []
    default:
      return one satisfies never
  }
}

function nameOf({ caller, convo }: { caller: number; convo: number }): string {
  return `${caller} for ${convo}`
}
