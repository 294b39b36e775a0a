import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockConvos } from '../../src/convo/lock.js'
import { inTx } from '../../src/db/tx.js'
import { deleteDevice } from '../../src/devices/delete.js'
import { InvalidKeyPackageError } from '../../src/errors.js'
import { consumeKeyPackages } from '../../src/keys/consume.js'
import { leaseKeyPackages } from '../../src/keys/lease.js'
import { keyPackageStatus } from '../../src/keys/status.js'
import { syncKeyPackages } from '../../src/keys/sync.js'
import type { ConvoId, Did } from '../../src/lib/ids.js'
import { type DeviceDomain, openDeviceDomain, randomConvoId } from '../support/device-domain.js'
import { randomPlcDid } from '../support/plc.js'

let domain: DeviceDomain
beforeAll(async () => void (domain = await openDeviceDomain()))
afterAll(() => domain[Symbol.asyncDispose]())

const alice = randomPlcDid()

test('a leased package is consumed once, and keeps nothing but its reference', async () => {
  const { did: bob, deviceId, packages } = await domain.publishedDevice(2)
  const convoId = randomConvoId()
  const ref = await leaseOne(bob, { convoId })
  expect(await consume([ref], { convoId })).toMatchObject([
    {
      keyPackageRef: ref,
      did: bob,
      deviceId,
      cipherSuite: packages[0]!.keyPackage.cipherSuite,
      expiresAt: expect.any(Date),
      lastResort: false,
    },
  ])
  expect(await domain.packageRow(ref)).toMatchObject({
    key_package: null,
    consumed_at: expect.any(Date),
    leased_convo: convoId,
  })
  await expect(consume([ref], { convoId })).rejects.toThrow(`${ref} was used by another commit`)
  await domain.endLease(ref)
  expect(await leaseOne(bob, { convoId })).not.toBe(ref)
})

test('the answer is in the order of the references', async () => {
  const bob = randomPlcDid()
  await domain.publishedDevice(1, { did: bob })
  await domain.publishedDevice(1, { did: bob, deviceId: 'tablet' })
  const { keyPackages } = await leaseKeyPackages(domain, { caller: alice, dids: [bob] })
  const refs = keyPackages.map(({ keyPackageRef }) => keyPackageRef).toReversed()
  const consumed = await consume(refs)
  expect(consumed.map(({ keyPackageRef }) => keyPackageRef)).toEqual(refs)
  expect(consumed.map(({ deviceId }) => deviceId)).toEqual(['tablet', 'phone'])
})

describe('a lease', () => {
  test('without a conversation is good for one, whichever', async () => {
    const { did: bob } = await domain.publishedDevice(1)
    const ref = await leaseOne(bob)
    const convoIds = Array.from({ length: 20 }, randomConvoId)
    const outcomes = await Promise.allSettled(
      convoIds.map((convoId) => consume([ref], { convoId })),
    )
    const winners = convoIds.filter((_, i) => outcomes[i]!.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toBeInstanceOf(InvalidKeyPackageError)
    }
    expect(await domain.packageRow(ref)).toMatchObject({ leased_convo: winners[0] })
  })

  test('for another conversation, or by another account, is none', async () => {
    const { did: bob } = await domain.publishedDevice(1)
    const convoId = randomConvoId()
    const ref = await leaseOne(bob, { convoId })
    await expectRefused(ref, 'is not leased to you', { convoId: randomConvoId() })
    await expectRefused(ref, 'is not leased to you', { convoId, by: randomPlcDid() })
    await consume([ref], { convoId })
  })

  test('is needed', async () => {
    const { packages } = await domain.publishedDevice(1)
    await expectRefused(packages[0]!.ref, 'is not leased to you')
  })

  test('that ended counts until somebody else has one', async () => {
    const { did: bob } = await domain.publishedDevice(1)
    const convoId = randomConvoId()
    const ref = await leaseOne(bob, { convoId })
    await domain.endLease(ref)
    expect(await leaseOne(bob, { caller: randomPlcDid() })).toBe(ref)
    await expectRefused(ref, 'is not leased to you', { convoId })
    await domain.endLease(ref)
    await expectRefused(ref, 'is not leased to you', { convoId })

    const { did: carol } = await domain.publishedDevice(1)
    const unclaimed = await leaseOne(carol, { convoId })
    await domain.endLease(unclaimed)
    await consume([unclaimed], { convoId })
  })

  test('that ended goes to one of the two who want it', async () => {
    for (let i = 0; i < 24; i++) {
      const { did: bob } = await domain.publishedDevice(1)
      const convoId = randomConvoId()
      const holder = randomPlcDid()
      const ref = await leaseOne(bob, { convoId, caller: holder })
      await domain.endLease(ref)
      const [consumed, leased] = await Promise.allSettled([
        consume([ref], { convoId, by: holder }),
        leaseKeyPackages(domain, { caller: randomPlcDid(), dids: [bob] }),
      ])
      const taken =
        leased.status === 'fulfilled' &&
        leased.value.keyPackages.some(({ keyPackageRef }) => keyPackageRef === ref)
      expect([consumed.status === 'fulfilled', taken].filter(Boolean)).toHaveLength(1)
    }
  })
})

describe('refused', () => {
  test('what was never published', () => expectRefused('00'.repeat(32), 'is not known here'))

  test('what its device deleted', async () => {
    const { did, deviceId } = await domain.publishedDevice(1)
    const ref = await leaseOne(did)
    await syncKeyPackages(domain, { did, deviceId, kept: [] })
    await expectRefused(ref, 'was deleted by its device')
  })

  test('what belongs to a deleted device', async () => {
    const { did, deviceId } = await domain.publishedDevice(1)
    const ref = await leaseOne(did)
    await deleteDevice(domain, { did, deviceId })
    await expectRefused(ref, 'belongs to a device that was deleted')
  })

  test('what has expired', async () => {
    const { did: bob } = await domain.publishedDevice(1)
    const ref = await leaseOne(bob)
    await domain.setNotAfter(ref, -1)
    await expectRefused(ref, 'has expired')
    await domain.setNotAfter(ref, 5)
    await consume([ref])
  })

  test('all of them for one bad one', async () => {
    const { did: bob } = await domain.publishedDevice(1)
    const ref = await leaseOne(bob)
    await expect(consume([ref, '00'.repeat(32)])).rejects.toBeInstanceOf(InvalidKeyPackageError)
    expect(await domain.packageRow(ref)).toMatchObject({ consumed_at: null })
    await consume([ref])
  })
})

describe('a last-resort package', () => {
  test('is not used up', async () => {
    const { did: bob, packages } = await domain.publishedDevice(1, { lastResort: true })
    const [one, two] = [randomConvoId(), randomConvoId()]
    for (const convoId of [one, two]) {
      const ref = await leaseOne(bob, { convoId })
      expect(ref).toBe(packages[0]!.ref)
      expect(await consume([ref], { convoId })).toMatchObject([{ lastResort: true }])
    }
    expect(await keyPackageStatus(domain, { did: bob })).toMatchObject([
      { available: 0, consumed: 0, lastResort: true },
    ])
  })

  test('must be leased too, and without a conversation is good for one', async () => {
    const { did: bob, packages } = await domain.publishedDevice(1, { lastResort: true })
    const { ref } = packages[0]!
    await expectRefused(ref, 'is not leased to you')
    await leaseOne(bob)
    const convoId = randomConvoId()
    await consume([ref], { convoId })
    await expectRefused(ref, 'is not leased to you')
    // A member that was removed is added again: the lease is for that conversation.
    await consume([ref], { convoId })
  })

  test('a lease for the conversation itself spares the free one', async () => {
    const { did: bob, packages } = await domain.publishedDevice(1, { lastResort: true })
    const { ref } = packages[0]!
    const convoId = randomConvoId()
    await leaseOne(bob)
    await leaseOne(bob, { convoId })
    await consume([ref], { convoId })
    await consume([ref], { convoId: randomConvoId() })
    await expectRefused(ref, 'is not leased to you')
  })
})

test('low stock is announced where the package counted as available', async () => {
  const { did: bob } = await domain.publishedDevice(11)
  const ref = await leaseOne(bob)
  await consume([ref])
  expect(await announced(bob)).toEqual([])
  const ended = await leaseOne(bob)
  expect(await announced(bob)).toEqual([9])
  await domain.endLease(ended)
  await consume([ended])
  expect(await announced(bob)).toEqual([9, 9])
})

describe('a device that is deleted while a commit adds it', () => {
  test('stays live until then, and its new leaf is found', async () => {
    const { did, deletion, convoId } = await deleteDuringCommit()
    expect(await deletion).toEqual({ keyPackagesDeleted: 1 })
    const leaves = await domain.db
      .selectFrom('leaves')
      .select(['did', 'pending_reason'])
      .where('convo_id', '=', convoId)
      .execute()
    expect(leaves).toEqual([{ did, pending_reason: 'deviceDeleted' }])
  })

  test('waits for the lock of the conversation that it is in now', async () => {
    const order: string[] = []
    const { deletion, next } = await deleteDuringCommit(async () => {
      await sleep(150)
      order.push('the next commit')
    })
    await Promise.all([deletion.then(() => order.push('the deletion')), next])
    expect(order).toEqual(['the next commit', 'the deletion'])
  })
})

/**
 * Deletes a device while a commit that adds it holds it, and has `nextInLine` run under the
 * conversation's lock right after that commit.
 */
async function deleteDuringCommit(nextInLine: () => Promise<void> = async () => {}) {
  const { device, did, deviceId } = await domain.publishedDevice(2)
  const convoId = await domain.insertConvo({ members: [alice, did] })
  const ref = await leaseOne(did, { convoId })
  const [deletion, next] = await inTx(domain.db, async (tx) => {
    await lockConvos(tx, [convoId])
    await consumeKeyPackages(tx, domain, { refs: [ref], by: alice, convoId, now: domain.clock() })
    // As other requests: they wait for this one, and on the embedded database for its end.
    const deleting = domain.apart(() => deleteDevice(domain, { did, deviceId }))
    const waiting = domain.apart(() =>
      inTx(domain.db, async (nextTx) => {
        await lockConvos(nextTx, [convoId])
        await nextInLine()
      }),
    )
    await sleep(150)
    await domain.insertLeaf(convoId, device, 1, tx)
    return [{ promise: deleting }, { promise: waiting }]
  })
  return { did, convoId, deletion: deletion.promise, next: next.promise }
}

async function consume(
  refs: string[],
  { by = alice, convoId = randomConvoId() }: { by?: Did; convoId?: ConvoId } = {},
) {
  return inTx(domain.db, async (tx) => {
    await lockConvos(tx, [convoId])
    return consumeKeyPackages(tx, domain, { refs, by, convoId, now: domain.clock() })
  })
}

async function expectRefused(ref: string, reason: string, options?: Parameters<typeof consume>[1]) {
  const refusal = await consume([ref], options).catch((e: Error) => e)
  expect(refusal).toBeInstanceOf(InvalidKeyPackageError)
  expect((refusal as Error).message).toContain(`${ref} ${reason}`)
  expect((refusal as Error).message).toContain('getKeyPackages')
}

async function leaseOne(
  did: Did,
  { caller = alice, convoId }: { caller?: Did; convoId?: ConvoId } = {},
): Promise<string> {
  const { keyPackages } = await leaseKeyPackages(domain, { caller, dids: [did], convoId })
  expect(keyPackages).toHaveLength(1)
  return keyPackages[0]!.keyPackageRef
}

async function announced(bob: Did): Promise<number[]> {
  const events = await domain.events('keyPackages')
  return events.filter(({ did }) => did === bob).map((event) => event.available)
}
