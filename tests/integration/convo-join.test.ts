import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { XrpcFailure } from '../support/client.js'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { openExternally, TestGroup } from '../support/mls/index.js'

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice
let ours: ClientConvo
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
beforeEach(async () => {
  const met = await stage.met(2)
  convoId = met.convoId
  ;[alice, bob] = met.people as [ClientDevice, ClientDevice]
  ours = met.convos[0]!
})

describe('joinConvo', () => {
  test('takes in a second device of a member, with nobody else online', async () => {
    const laptop = await stage.device(bob.api.account as never, 'laptop')
    const { group, change } = await externally(laptop)
    const answers = await Promise.all(Array.from({ length: 3 }, () => join(laptop, change)))
    expect(answers).toEqual(answers.map(() => ({ success: true, newEpoch: 2, seq: 2 })))
    expect(await stage.changesNothing(() => join(laptop, change))).toEqual(answers[0])
    expect(await stage.roster(convoId)).toMatchObject({
      epoch: 2,
      members: [{ did: alice.did }, { did: bob.did, interval: [1, undefined] }],
      leaves: [
        [alice.mls.name, null],
        [bob.mls.name, null],
        [laptop.mls.name, null],
      ],
    })
    group.adopt()
    await ours.catchUp()
    expect(group.epochAuthenticator).toEqual(ours.group.epochAuthenticator)
    expect(await ours.group.decryptText(await group.encrypt('here'))).toBe('here')
    const actions = (await stage.announced(convoId)).slice(-2).map(({ action }) => action)
    expect(actions).toEqual([undefined, 'deviceAdded'])
  })

  test('takes in again a device that lost its state: its old leaf goes', async () => {
    const { group, change } = await externally(bob)
    await join(bob, change)
    group.adopt()
    await ours.catchUp()
    expect(group.epochAuthenticator).toEqual(ours.group.epochAuthenticator)
    expect(await stage.roster(convoId)).toMatchObject({
      members: [{}, { did: bob.did, interval: [1, undefined] }],
      leaves: [
        [alice.mls.name, null],
        [bob.mls.name, null],
      ],
    })
    const actions = (await stage.announced(convoId)).slice(-2).map(({ action }) => action)
    expect(actions).toEqual(['deviceRemoved', 'deviceAdded'])
  })

  test('takes in a member that has no device any more', async () => {
    await bob.api.procedure('deleteDevice', { deviceId: 'phone' })
    await ours.update({ remove: ours.group.leavesOf(bob.did) })
    const tablet = await stage.device(bob.api.account as never, 'tablet')
    await join(tablet, (await externally(tablet)).change)
    expect(await stage.roster(convoId)).toMatchObject({
      members: [{}, { did: bob.did, interval: [1, undefined] }],
      leaves: [
        [alice.mls.name, null],
        [tablet.mls.name, null],
      ],
    })
  })

  test('refuses one that left, a stranger, and a device that is not registered', async () => {
    const { groupInfo } = await alice.api.query('getGroupInfo', { convoId })
    const stranger = await stage.device()
    const strange = (await TestGroup.joinExternally(stranger.mls, groupInfo)).change
    await stage.refuses(() => join(stranger, strange), 'ConvoNotFound')

    const unknown = await stage.service.device('unknown', bob.api.account as never)
    const unregistered = (await TestGroup.joinExternally(unknown.mls, groupInfo)).change
    await stage.refuses(() => join(unknown, unregistered), 'DeviceUnknown')

    const own = (await TestGroup.joinExternally(bob.mls, groupInfo)).change
    await stage.refuses(() => join(alice, own), 'InvalidCommit')
    await bob.api.procedure('leaveConvo', { convoId })
    await stage.refuses(() => join(bob, own), 'NotMember')
  })

  test('refuses a device that was deleted', async () => {
    const { change } = await externally(bob)
    await bob.api.procedure('deleteDevice', { deviceId: 'phone' })
    await stage.refuses(() => join(bob, change), 'DeviceUnknown', /deleted/)
  })

  test('refuses a member’s commit, a stale one, and one that removes another', async () => {
    const stale = (await externally(bob)).change
    await ours.update()
    await stage.refuses(() => join(bob, stale), 'EpochMismatch', /epoch 2.*seq 2/)
    const { change } = await externally(bob)
    const members = await ours.group.commit()
    ours.group.drop()
    await stage.refuses(() => join(alice, members), 'InvalidCommit', /external/)

    const { groupInfo } = await bob.api.query('getGroupInfo', { convoId })
    const { sealed } = await openExternally(bob.mls, groupInfo, (proposals) => [
      ...proposals,
      { proposalType: 'remove', remove: { removed: ours.group.leafIndex } },
    ])
    const hostile = { commit: sealed.commit, groupInfo: sealed.groupInfo }
    await stage.refuses(() => join(bob, hostile), 'InvalidCommit', /12\.4\.3\.2|12\.2/)
    await join(bob, change)
  })

  test('lets a device in three times a minute', async () => {
    for (let round = 1; round <= 3; round++) await join(bob, (await externally(bob)).change)
    const fourth = (await externally(bob)).change
    await stage.refuses(() => join(bob, fourth), 'RateLimitExceeded', /try again in \d+ s/)
    const { headers } = (await join(bob, fourth).catch((error: unknown) => error)) as XrpcFailure
    expect(headers.get('ratelimit-policy')).toBe('3;w=60')
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    await ours.catchUp()
    expect(ours.group.epoch).toBe(4)
  })
})

test('joinConvo lets ten devices a minute into a conversation', async () => {
  const account = bob.api.account as never
  const devices = await Promise.all(
    Array.from({ length: 11 }, (_, i) => stage.device(account, `d${i}`)),
  )
  for (const device of devices.slice(0, 10)) {
    await join(device, (await externally(device)).change)
  }
  const last = devices[10]!
  const { change } = await externally(last)
  await stage.refuses(() => join(last, change), 'RateLimitExceeded')
  // Another conversation has a limit of its own.
  const elsewhere = await bob.createConvo([])
  const { groupInfo } = await last.api.query('getGroupInfo', { convoId: elsewhere.convoId })
  const there = await TestGroup.joinExternally(last.mls, groupInfo)
  await last.api.procedure('joinConvo', { convoId: elsewhere.convoId, change: there.change })
})

async function externally(device: ClientDevice) {
  const { groupInfo } = await device.api.query('getGroupInfo', { convoId })
  return TestGroup.joinExternally(device.mls, groupInfo)
}

function join(who: ClientDevice, change: { commit: Uint8Array; groupInfo: Uint8Array }) {
  return who.api.procedure('joinConvo', { convoId, change })
}
