import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { TestGroup } from '../support/mls/index.js'

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice, carol: ClientDevice
let ours: ClientConvo, bobs: ClientConvo
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
/** Alice is admin, Bob and Carol are members. */
beforeEach(async () => {
  const met = await stage.met(3)
  convoId = met.convoId
  ;[alice, bob, carol] = met.people as [ClientDevice, ClientDevice, ClientDevice]
  ;[ours, bobs] = met.convos as [ClientConvo, ClientConvo]
})

describe('leaveConvo', () => {
  test('ends access at once, and leaves a pending removal behind', async () => {
    await ours.send('before')
    const answer = await leave(bob)
    expect(answer).toEqual({ success: true, newEpoch: 1, seq: 2 })
    expect(await stage.changesNothing(() => leave(bob))).toEqual(answer)
    expect(await stage.roster(convoId)).toMatchObject({
      epoch: 1,
      lastSeq: 2,
      closed: false,
      members: [{ did: alice.did }, { did: bob.did, interval: [1, 2] }, { did: carol.did }],
      leaves: [
        [alice.mls.name, null],
        [bob.mls.name, 'left'],
        [carol.mls.name, null],
      ],
    })
    expect((await stage.announced(convoId)).slice(-1)).toMatchObject([
      { kind: 'membershipChange', action: 'left' },
    ])
    const { convo } = await alice.api.query('getConvo', { convoId })
    expect(convo).toMatchObject({
      memberCount: 2,
      pendingRemovals: [{ leafIndex: 1, did: bob.did, deviceId: 'phone' }],
    })
    await ours.send('after')
    await bobs.catchUp()
    expect(bobs.read.map(({ text }) => text)).toEqual(['before'])
    const sent = {
      convoId,
      msgId: randomUUID(),
      epoch: 1,
      ciphertext: await bobs.group.encrypt('x'),
    }
    await stage.refuses(() => bob.api.procedure('sendMessage', sent), 'NotMember')
  })

  test('many at once have one effect', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => leave(bob)))
    expect(answers).toEqual(answers.map(() => ({ success: true, newEpoch: 1, seq: 1 })))
    const left = (await stage.announced(convoId)).filter(({ action }) => action === 'left')
    expect(left).toHaveLength(1)
  })

  test('the next commit of a member takes the leaf away; an external one need not', async () => {
    await leave(bob)
    const without = await ours.group.commit()
    const call = () => alice.api.procedure('submitCommit', { convoId, change: without })
    await stage.refuses(call, 'PendingRemovals', new RegExp(`1 \\(${bob.mls.name}\\)`))
    ours.group.drop()

    const laptop = await stage.device(carol.api.account as never, 'laptop')
    const { groupInfo } = await laptop.api.query('getGroupInfo', { convoId })
    const { change } = await TestGroup.joinExternally(laptop.mls, groupInfo)
    await laptop.api.procedure('joinConvo', { convoId, change })
    await ours.catchUp()

    const carols = carol.convo(convoId)
    await carols.catchUp()
    const input = {
      convoId,
      change: await carols.group.commit({ remove: carols.group.leavesOf(bob.did) }),
      didList: [],
    }
    // A plain member may, and it counts as nobody's removal.
    await carol.api.procedure('removeMembers', input)
    expect(await stage.roster(convoId)).toMatchObject({
      epoch: 3,
      members: [{}, { did: bob.did, interval: [1, 1] }, {}],
      leaves: [
        [alice.mls.name, null],
        [carol.mls.name, null],
        [laptop.mls.name, null],
      ],
    })
    const actions = (await stage.announced(convoId)).map(({ action }) => action)
    expect(actions).not.toContain('removed')
  })

  test('joinedSeq guards a late retry after the account came again', async () => {
    await leave(bob)
    const { keyPackages } = await alice.api.query('getKeyPackages', { dids: [bob.did], convoId })
    await ours.update({
      remove: ours.group.leavesOf(bob.did),
      add: keyPackages.map(({ keyPackage }) => keyPackage),
    })
    expect((await stage.roster(convoId)).members).toMatchObject([
      {},
      { did: bob.did, interval: [1, 1] },
      {},
      { did: bob.did, interval: [2, undefined] },
    ])
    const late = () => bob.api.procedure('leaveConvo', { convoId, joinedSeq: 1 })
    expect(await stage.changesNothing(late)).toEqual({ success: true, newEpoch: 2, seq: 1 })
    const never = () => bob.api.procedure('leaveConvo', { convoId, joinedSeq: 5 })
    await stage.refuses(never, 'InvalidRequest', /seq 5.*joinedSeq/)
    const meant = await bob.api.procedure('leaveConvo', { convoId, joinedSeq: 2 })
    expect(meant).toEqual({ success: true, newEpoch: 2, seq: 2 })
  })

  test('makes the next in line admin when the last admin leaves', async () => {
    await leave(alice)
    const members = (await stage.roster(convoId)).members
    expect(members.map(({ role }) => role)).toEqual(['admin', 'admin', 'member'])
    expect((await stage.announced(convoId)).slice(-2)).toMatchObject([
      { action: 'left' },
      { action: 'roleChanged', role: 'admin' },
    ])
  })

  test('passes over one without a device, and makes nobody admin where one is left', async () => {
    await bob.api.procedure('deleteDevice', { deviceId: 'phone' })
    await leave(alice)
    const rolesOf = async () => (await stage.roster(convoId)).members.map(({ role }) => role)
    expect(await rolesOf()).toEqual(['admin', 'member', 'admin'])

    const other = await stage.met(3)
    const [first, second] = other.people as [ClientDevice, ClientDevice]
    convoId = other.convoId
    const role = { convoId, did: second.did, role: 'admin' }
    await first.api.procedure('setMemberRole', role)
    await leave(first)
    expect(await rolesOf()).toEqual(['admin', 'admin', 'member'])
    const changes = (await stage.announced(convoId)).filter(
      ({ action }) => action === 'roleChanged',
    )
    expect(changes).toHaveLength(1)
  })

  test('closes the conversation with its last member', async () => {
    for (const person of [alice, bob]) await leave(person)
    expect(await stage.roster(convoId)).toMatchObject({ closed: false })
    const answer = await leave(carol)
    expect(await stage.roster(convoId)).toMatchObject({ closed: true })
    expect((await stage.announced(convoId)).slice(-2)).toMatchObject([
      { action: 'left' },
      { kind: 'convo', action: 'closed' },
    ])
    expect(await stage.changesNothing(() => leave(carol))).toEqual(answer)
  })

  test('closes a direct conversation once; the other reads, leaves, and does no more', async () => {
    const { convo } = await direct(alice, bob)
    convoId = convo.convoId
    await leave(alice)
    const input = { convoId, metadata: { name: 'x' } }
    await stage.refuses(() => bob.api.procedure('updateConvo', input), 'Forbidden', /closed/)
    const { messages } = await bob.api.query('getMessages', { convoId })
    expect(messages).toHaveLength(1)
    await leave(bob)
    const closed = (await stage.announced(convoId)).filter(({ action }) => action === 'closed')
    expect(closed).toHaveLength(1)
  })

  test('knows nobody outside', async () => {
    const outsider = await stage.device()
    await stage.refuses(() => leave(outsider), 'ConvoNotFound')
  })
})

describe('deleteDevice', () => {
  test('makes its leaf a pending removal; the account stays a member', async () => {
    await bob.api.procedure('deleteDevice', { deviceId: 'phone' })
    expect(await stage.roster(convoId)).toMatchObject({
      members: [{}, { did: bob.did, interval: [1, undefined] }, {}],
      leaves: [{}, [bob.mls.name, 'deviceDeleted'], {}],
    })
    const change = await ours.group.commit()
    const call = () => alice.api.procedure('submitCommit', { convoId, change })
    await stage.refuses(call, 'PendingRemovals', new RegExp(bob.mls.name))
    ours.group.drop()
    await ours.update({ remove: ours.group.leavesOf(bob.did) })
    expect(await stage.roster(convoId)).toMatchObject({
      members: [{}, { did: bob.did, interval: [1, undefined] }, {}],
      leaves: [
        [alice.mls.name, null],
        [carol.mls.name, null],
      ],
    })
    const tablet = await stage.device(bob.api.account as never, 'tablet')
    await ours.add([bob.did])
    expect((await stage.roster(convoId)).leaves).toContainEqual([tablet.mls.name, null])
    expect((await stage.roster(convoId)).members).toHaveLength(3)
  })
})

function leave(who: ClientDevice) {
  return who.api.procedure('leaveConvo', { convoId })
}

async function direct(from: ClientDevice, to: ClientDevice) {
  const group = await TestGroup.create(
    from.mls,
    Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
  )
  const wanted = { dids: [to.did], convoId: group.groupId }
  const { keyPackages } = await from.api.query('getKeyPackages', wanted)
  const genesis = await group.groupInfo()
  const change = await group.commit({ add: keyPackages.map(({ keyPackage }) => keyPackage) })
  return from.api.procedure('createConvo', { genesis, change, kind: 'direct' })
}
