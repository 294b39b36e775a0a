import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { flipBit, TestGroup } from '../support/mls/index.js'

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice, carol: ClientDevice
let ours: ClientConvo, bobs: ClientConvo
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
/** Alice is admin, Bob moderator, Carol has left: her leaf is pending. The log has three entries. */
beforeEach(async () => {
  const met = await stage.met(3)
  convoId = met.convoId
  ;[alice, bob, carol] = met.people as [ClientDevice, ClientDevice, ClientDevice]
  ;[ours, bobs] = met.convos as [ClientConvo, ClientConvo]
  await ours.update()
  await ours.send('before')
  await alice.api.procedure('setMemberRole', { convoId, did: bob.did, role: 'moderator' })
  await carol.api.procedure('leaveConvo', { convoId })
})

describe('resetConvo', () => {
  test('goes on with a new group: intervals, roles and the log stay', async () => {
    const { input, group } = await founding(alice, [bob])
    const { convo } = await alice.api.procedure('resetConvo', input)
    expect(convo).toMatchObject({
      convoId,
      groupId: group.groupId,
      generation: 1,
      epoch: 1,
      resetSeq: 3,
      lastSeq: 4,
      memberCount: 2,
      pendingRemovals: [],
      intervals: [{ joinedSeq: 1 }],
    })
    expect(await stage.roster(convoId)).toEqual({
      generation: 1,
      epoch: 1,
      lastSeq: 4,
      resetSeq: 3,
      closed: false,
      members: [
        { did: alice.did, role: 'admin', interval: [1, undefined] },
        { did: bob.did, role: 'moderator', interval: [1, undefined] },
        { did: carol.did, role: 'member', interval: [1, 3] },
      ],
      leaves: [
        [alice.mls.name, null],
        [bob.mls.name, null],
      ],
    })
    const again = await stage.changesNothing(() => alice.api.procedure('resetConvo', input))
    expect(again.convo).toEqual(convo)
    const resets = (await stage.announced(convoId)).filter(({ action }) => action === 'reset')
    expect(resets).toHaveLength(1)

    group.adopt()
    const [joined] = await bob.join()
    expect(joined!.group.epochAuthenticator).toEqual(group.epochAuthenticator)
    const log = await bobs.history()
    expect(log.map(({ seq, generation, epoch }) => [seq, generation, epoch])).toEqual([
      [1, 0, 0],
      [2, 0, 1],
      [3, 0, 2],
      [4, 1, 0],
    ])
  })

  test('brings in by joinConvo who is not in the new tree', async () => {
    const { input, group } = await founding(alice, [])
    await alice.api.procedure('resetConvo', input)
    expect(await stage.roster(convoId)).toMatchObject({
      generation: 1,
      epoch: 0,
      members: [{}, { did: bob.did, interval: [1, undefined] }, {}],
      leaves: [[alice.mls.name, null]],
    })
    const { groupInfo } = await bob.api.query('getGroupInfo', { convoId })
    const external = await TestGroup.joinExternally(bob.mls, groupInfo)
    await bob.api.procedure('joinConvo', { convoId, change: external.change })
    external.group.adopt()
    await group.process(external.change.commit)
    expect(external.group.epochAuthenticator).toEqual(group.epochAuthenticator)
  })

  test('refuses commits and messages of the former group, naming where it is', async () => {
    await bobs.catchUp()
    const change = await bobs.group.commit({ remove: bobs.group.leavesOf(carol.did) })
    const ciphertext = await bobs.group.encrypt('late')
    const { input, group } = await founding(alice, [bob])
    await alice.api.procedure('resetConvo', input)
    group.adopt()
    for (let i = 0; i < 2; i++) {
      const next = await group.commit()
      await alice.api.procedure('submitCommit', { convoId, change: next })
      group.adopt()
    }
    // The new group has an epoch 2 too, and it is not the one that was meant.
    const wanted = /generation 1, epoch 3\. /
    await stage.refuses(
      () => bob.api.procedure('submitCommit', { convoId, change }),
      'EpochMismatch',
      wanted,
    )
    const message = { convoId, msgId: randomUUID(), epoch: 2, ciphertext }
    await stage.refuses(() => bob.api.procedure('sendMessage', message), 'EpochMismatch', wanted)
  })

  test('is for admins: not for others, for one that left, for strangers', async () => {
    const byBob = await founding(bob, [])
    await stage.refuses(() => bob.api.procedure('resetConvo', byBob.input), 'NotAdmin')
    const byCarol = await founding(carol, [])
    await stage.refuses(() => carol.api.procedure('resetConvo', byCarol.input), 'NotMember')
    const stranger = await stage.device()
    const byStranger = await founding(stranger, [])
    const call = () => stranger.api.procedure('resetConvo', byStranger.input)
    await stage.refuses(call, 'ConvoNotFound')
  })

  test('refuses a group id that was used, and a broken genesis', async () => {
    const same = await TestGroup.create(alice.mls, Buffer.from(convoId, 'hex'))
    const used = { convoId, genesis: await same.groupInfo() }
    await stage.refuses(() => alice.api.procedure('resetConvo', used), 'ConvoExists')
    const { input } = await founding(alice, [])
    const broken = { ...input, genesis: flipBit(input.genesis, -1) }
    await stage.refuses(() => alice.api.procedure('resetConvo', broken), 'InvalidGroupInfo')
    await alice.api.procedure('resetConvo', input)
  })

  test('is answered again to an admin that has left since', async () => {
    const { input } = await founding(alice, [bob])
    await alice.api.procedure('resetConvo', input)
    await alice.api.procedure('leaveConvo', { convoId })
    const { convo } = await stage.changesNothing(() => alice.api.procedure('resetConvo', input))
    expect(convo).toMatchObject({ generation: 1, status: 'left' })
  })
})

async function founding(creator: ClientDevice, others: ClientDevice[]) {
  const group = await TestGroup.create(creator.mls, randomBytes(16))
  const genesis = await group.groupInfo()
  const dids = others.map(({ did }) => did)
  if (dids.length === 0) return { group, input: { convoId, genesis } }
  const { keyPackages } = await creator.api.query('getKeyPackages', { dids, convoId })
  const change = await group.commit({ add: keyPackages.map(({ keyPackage }) => keyPackage) })
  return { group, input: { convoId, genesis, change } }
}
