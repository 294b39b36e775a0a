import { randomBytes } from 'node:crypto'
import { validateRatchetTree } from 'ts-mls/clientState.js'
import { defaultAuthenticationService } from 'ts-mls/authenticationService.js'
import { defaultLifetimeConfig } from 'ts-mls/lifetimeConfig.js'
import { describe, expect, it } from 'vitest'
import {
  checkTree,
  createDevice,
  hex,
  LAST_RESORT,
  readGroupInfo,
  TestGroup,
} from '../../support/mls/index.js'
import type { Change, TestDevice } from '../../support/mls/index.js'

const ALICE = 'did:plc:alicealicealicealicealic'
const BOB = 'did:plc:bobbobbobbobbobbobbobbob'
const CAROL = 'did:plc:carolcarolcarolcarolcaro'

const CUSTOM_EXTENSION = 0xf123
const capabilities = { extensions: [LAST_RESORT, CUSTOM_EXTENSION] }

describe('the MLS client of the tests', () => {
  it('takes three people with five devices through adds, an update, a removal and a return', async () => {
    const phone = await createDevice({ did: ALICE, deviceId: 'phone' })
    const laptop = await createDevice({ did: ALICE, deviceId: 'laptop' })
    const bob = await createDevice({ did: BOB, deviceId: 'phone' })
    const tablet = await createDevice({ did: BOB, deviceId: 'tablet' })
    const carol = await createDevice({ did: CAROL, deviceId: 'phone' })

    const first = await TestGroup.create(phone, randomBytes(16))
    expect(first.members()).toMatchObject([{ leafIndex: 0, did: ALICE, deviceId: 'phone' }])
    const groups = [first]

    await add(groups, first, [laptop, bob, tablet])
    expect(groups.map((group) => group.epoch)).toEqual([1, 1, 1, 1])
    await everyoneHears(groups)

    // Carol is added by another than the creator, with a path although none is needed.
    await add(groups, groups[2]!, [carol], { update: true })
    await everyoneHears(groups)

    await apply(groups, groups[3]!, await groups[3]!.commit())
    await everyoneHears(groups)

    const leaver = groups.splice(2, 1)[0]!
    const removal = await first.commit({ remove: first.leavesOf(bob.name) })
    await apply(groups, first, removal)
    expect(await leaver.process(removal.commit)).toBe('removed')
    expect(leaver.removed).toBe(true)
    await everyoneHears(groups)

    // Bob's phone comes back by itself, then once more: the second time its old leaf goes.
    const info = await groups[1]!.groupInfo()
    const back = await TestGroup.joinExternally(bob, info)
    for (const group of groups) expect(await group.process(back.change.commit)).toBe('applied')
    back.group.adopt()
    groups.push(back.group)
    await everyoneHears(groups)

    const again = await TestGroup.joinExternally(bob, await first.groupInfo())
    groups.splice(groups.indexOf(back.group), 1)
    for (const group of groups) expect(await group.process(again.change.commit)).toBe('applied')
    expect(await again.group.process(again.change.commit)).toBe('own')
    groups.push(again.group)
    expect(first.leavesOf(bob.name)).toHaveLength(1)
    expect(first.members()).toHaveLength(5)
    await everyoneHears(groups)
  })

  it('replaces a device by Remove and Add in one commit', async () => {
    const alice = await createDevice({ did: ALICE, deviceId: 'phone' })
    const bob = await createDevice({ did: BOB, deviceId: 'phone' })
    const groups = [await TestGroup.create(alice, randomBytes(16))]
    await add(groups, groups[0]!, [bob])
    const old = groups.pop()!

    const { bytes } = await bob.keyPackage()
    const change = await groups[0]!.commit({ add: [bytes], remove: [old.leafIndex] })
    groups[0]!.adopt()
    groups.push(await TestGroup.join(bob, change.welcome!))
    await everyoneHears(groups)
  })

  it('changes the group context under a path, as RFC 9420 §17.4 demands', async () => {
    const groups = await groupOf(3)
    const extension = { extensionType: CUSTOM_EXTENSION, extensionData: new Uint8Array([7]) }
    const change = await groups[1]!.commit({ groupContextExtensions: [extension] })
    await apply(groups, groups[1]!, change)
    expect(groups[0]!.state.groupContext.extensions).toEqual([extension])
    expect(readGroupInfo(change.groupInfo).groupContext.extensions).toEqual([extension])
    await everyoneHears(groups)
  })

  it('takes encrypted commits too', async () => {
    const groups = await groupOf(3)
    const change = await groups[2]!.commit({ framing: 'private' })
    expect(change.commit.slice(0, 4)).toEqual(new Uint8Array([0, 1, 0, 2]))
    await apply(groups, groups[2]!, change)
    await everyoneHears(groups)
  })

  it('drops a staged commit that lost its epoch, and goes on', async () => {
    const groups = await groupOf(3)
    const lost = await groups[0]!.commit()
    const won = await groups[1]!.commit()
    await apply(groups, groups[1]!, won)
    expect(groups[0]!.staged).toBeUndefined()
    expect(lost.commit).not.toEqual(won.commit)
    await apply(groups, groups[0]!, await groups[0]!.commit())
    await everyoneHears(groups)
  })

  it('reads messages of former epochs, each once', async () => {
    const groups = await groupOf(2)
    const late = await groups[0]!.encrypt('late')
    await apply(groups, groups[0]!, await groups[0]!.commit())
    await apply(groups, groups[1]!, await groups[1]!.commit())
    expect(await groups[1]!.decryptText(late)).toBe('late')
    await expect(groups[1]!.decrypt(late)).rejects.toThrow()
  })

  it('joins a tree that ts-mls refuses: unmerged leaves below a node that was re-keyed', async () => {
    const groups = await groupOf(8)
    // Leaf 1 goes and comes back: it is unmerged in every keyed node above it …
    const gone = groups.splice(1, 1)[0]!
    await apply(groups, groups[0]!, await groups[0]!.commit({ remove: [gone.leafIndex] }))
    for (const group of [...groups]) await apply(groups, group, await group.commit())
    await add(groups, groups[0]!, [gone.device])
    // … until a commit from the other half re-keys the root alone.
    const far = groups.find((group) => group.leafIndex === 7)!
    await apply(groups, far, await far.commit())

    const { state, device } = far
    const { ratchetTree, groupContext } = state
    const theirs = await validateRatchetTree(
      ratchetTree,
      groupContext,
      defaultLifetimeConfig,
      defaultAuthenticationService,
      groupContext.treeHash,
      device.suite,
    )
    expect(theirs?.message).toMatch(/unmerged_leaves/)
    await checkTree(ratchetTree, groupContext, device.suite)

    const newcomer = await createDevice({ did: CAROL, deviceId: 'new' })
    await add(groups, far, [newcomer])
    await everyoneHears(groups)
  })
})

/** A group of that many accounts with one device each, all at epoch 1. */
async function groupOf(size: number): Promise<TestGroup[]> {
  const devices = await Promise.all(
    Array.from({ length: size }, (_, index) =>
      createDevice({ did: `did:web:user${index}.example`, deviceId: 'phone' }),
    ),
  )
  const [creator, ...others] = devices as [TestDevice, ...TestDevice[]]
  const groups = [await TestGroup.create(creator, randomBytes(16), { leaf: { capabilities } })]
  await add(groups, groups[0]!, others)
  return groups
}

async function add(
  groups: TestGroup[],
  committer: TestGroup,
  devices: TestDevice[],
  options: { update?: boolean } = {},
): Promise<void> {
  const packages = await Promise.all(devices.map((device) => device.keyPackage({ capabilities })))
  const change = await committer.commit({ add: packages.map(({ bytes }) => bytes), ...options })
  await apply(groups, committer, change)
  for (const device of devices) groups.push(await TestGroup.join(device, change.welcome!))
}

async function apply(groups: TestGroup[], committer: TestGroup, change: Change): Promise<void> {
  for (const group of groups) {
    const outcome = await group.process(change.commit)
    expect(outcome).toBe(group === committer ? 'own' : 'applied')
  }
}

/** All share one context and one secret, and each reads what each other writes. */
async function everyoneHears(groups: TestGroup[]): Promise<void> {
  expect(new Set(groups.map((group) => hex(group.epochAuthenticator))).size).toBe(1)
  expect(new Set(groups.map((group) => hex(group.context))).size).toBe(1)
  expect(new Set(groups.map((group) => group.leafIndex)).size).toBe(groups.length)
  for (const writer of groups) {
    const text = `${writer.device.name} at ${writer.epoch}`
    const ciphertext = await writer.encrypt(text)
    for (const reader of groups) {
      if (reader !== writer) expect(await reader.decryptText(ciphertext)).toBe(text)
    }
  }
}
