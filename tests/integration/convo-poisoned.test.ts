import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { flipBit, forgeCommit, hex, TestGroup } from '../support/mls/index.js'
import type { Change, CommitTamper } from '../support/mls/index.js'
import { checkStanding } from '../support/standing-check.js'

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice, carol: ClientDevice
let ours: ClientConvo
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
beforeEach(async () => {
  const met = await stage.met(3)
  convoId = met.convoId
  ;[alice, bob, carol] = met.people as [ClientDevice, ClientDevice, ClientDevice]
  ours = met.convos[0]!
})

/** Faults that only members can find: the service takes the commit, and no honest client applies it. */
const poisons: [string, () => Promise<Change>][] = [
  [
    'a membership tag that does not hold',
    async () => {
      const change = await forgeCommit(ours.group)
      return { ...change, commit: flipBit(change.commit, -1) }
    },
  ],
  ['path secrets that nobody can read', () => forgeCommit(ours.group, {}, unreadable)],
]

const unreadable: CommitTamper = {
  path: (path) => ({
    ...path,
    nodes: path.nodes.map((node) => ({
      ...node,
      encryptedPathSecret: node.encryptedPathSecret.map((sealed) => ({
        ...sealed,
        ciphertext: flipBit(sealed.ciphertext, 0),
      })),
    })),
  }),
}

describe.each(poisons)('an epoch that begins with %s', (_what, poison) => {
  beforeEach(async () => {
    const answer = await alice.api.procedure('submitCommit', { convoId, change: await poison() })
    expect(answer).toEqual({ success: true, newEpoch: 2, seq: 2 })
    for (const device of [bob, carol]) {
      await expect(device.convo(convoId).catchUp()).rejects.toThrow()
    }
  })

  test('is left by joinConvo, one device after another', async () => {
    const groups: TestGroup[] = []
    for (const device of [bob, carol, alice]) {
      const joined = await joinAgain(device)
      for (const group of groups) await group.process(joined.commit)
      groups.push(joined.group)
    }
    expect(new Set(groups.map((group) => hex(group.epochAuthenticator))).size).toBe(1)
    const [bobs, carols] = groups as [TestGroup, TestGroup]
    expect(await carols.decryptText(await bobs.encrypt('back again'))).toBe('back again')
    expect(await stage.roster(convoId)).toMatchObject({
      epoch: 5,
      members: [alice, bob, carol].map(({ did }) => ({ did, interval: [1, undefined] })),
    })
    await checkStanding(stage.db, convoId)
  })

  test('is left by resetConvo, on a group id that was never used', async () => {
    const before = await stage.roster(convoId)
    const used = await TestGroup.create(alice.mls, Buffer.from(convoId, 'hex'))
    const again = { convoId, genesis: await used.groupInfo() }
    await stage.refuses(() => alice.api.procedure('resetConvo', again), 'ConvoExists')
    const group = await TestGroup.create(alice.mls, randomBytes(16))
    await alice.api.procedure('resetConvo', { convoId, genesis: await group.groupInfo() })
    const { members, ...after } = await stage.roster(convoId)
    expect(members).toEqual(before.members)
    expect(after).toMatchObject({ generation: 1, epoch: 0, lastSeq: 2, resetSeq: 2 })
    const joined = await joinAgain(bob)
    await group.process(joined.commit)
    expect(hex(joined.group.epochAuthenticator)).toBe(hex(group.epochAuthenticator))
    await checkStanding(stage.db, convoId)
  })
})

async function joinAgain(device: ClientDevice): Promise<{ group: TestGroup; commit: Uint8Array }> {
  const { groupInfo } = await device.api.query('getGroupInfo', { convoId })
  const { group, change } = await TestGroup.joinExternally(device.mls, groupInfo)
  await device.api.procedure('joinConvo', { convoId, change })
  group.adopt()
  return { group, commit: change.commit }
}
