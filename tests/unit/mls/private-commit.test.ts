import type { Extension, Proposal } from 'ts-mls'
import { beforeAll, describe, expect, test } from 'vitest'
import { verifyCommit, type CommitExpectation } from '../../../src/mls/verify-commit.js'
import {
  forgeCommit,
  hex,
  lifetimeFromNow,
  readKeyPackage,
  resignGroupInfo,
  type Change,
  type CommitTamper,
  type Forgery,
  type KeyPackageOptions,
  type TestDevice,
  type TestGroup,
} from '../../support/mls/index.js'
import { expectation, Story } from './story.js'

/** Alice, Bob, Carol, Dan, Eve: leaves 0 to 4. */
let story: Story
let alice: TestDevice
let bob: TestDevice
let group: TestGroup
const published = new Map<string, Uint8Array>()

beforeAll(async () => {
  story = await Story.begin()
  alice = story.devices[0]!
  const others = await Promise.all([1, 2, 3, 4].map(() => story.device()))
  bob = others[0]!
  await story.add(alice, others)
  await story.update(bob)
  await story.update(others[2]!)
  group = story.group(alice)
})

describe('an encrypted commit is followed by its GroupInfo', () => {
  test.each<[what: string, forgery: () => Promise<Forgery>, outcome: object]>([
    ['an update', async () => ({}), { committerUpdated: true, added: [], removed: [] }],
    [
      'two adds without a path',
      async () => ({ proposals: [await add(), await add()], draft: { withPath: false } }),
      { committerUpdated: false, added: [{ leaf: { leafIndex: 5 } }, { leaf: { leafIndex: 6 } }] },
    ],
    ['an add with a path', async () => ({ proposals: [await add()] }), { committerUpdated: true }],
    [
      'removals',
      async () => ({ proposals: [remove(1), remove(4)] }),
      { removed: [{ leafIndex: 1 }, { leafIndex: 4 }] },
    ],
    [
      'an add in place of one removed',
      async () => ({ proposals: [remove(2), await add()] }),
      { removed: [{ leafIndex: 2 }], added: [{ leaf: { leafIndex: 2 } }] },
    ],
    [
      'a device removed and added again',
      async () => ({ proposals: [remove(1), await add(bob)] }),
      { removed: [{ leafIndex: 1 }], added: [{ leaf: { leafIndex: 1 } }] },
    ],
    [
      'extensions',
      async () => ({ proposals: [extensions([LISTED])] }),
      { contextExtensionsChanged: true },
    ],
  ])('%s', async (_what, forgery, outcome) => {
    const verdict = verify(await hidden(await forgery()))
    expect(verdict).toMatchObject({
      ok: true,
      value: { ...outcome, framing: 'private', external: false, committer: { leafIndex: 0 } },
    })
    if (!verdict.ok) return
    const { added, welcomeRefs } = verdict.value
    expect(added.map(({ keyPackageRef }) => keyPackageRef).toSorted()).toEqual(
      welcomeRefs.toSorted(),
    )
    for (const { leaf, keyPackageRef } of added) {
      const keyPackage = readKeyPackage(published.get(keyPackageRef)!)
      expect(hex(keyPackage.leafNode.signaturePublicKey)).toBe(hex(leaf.signatureKey))
    }
  })

  test('over several epochs, and mixed with public ones', async () => {
    const own = await Story.begin()
    const [first] = own.devices as [TestDevice]
    const joiners = await Promise.all([1, 2, 3].map(() => own.device()))
    const packages = await Promise.all(joiners.map((joiner) => joiner.keyPackage()))
    const keyPackages = new Map(packages.map(({ ref, bytes }) => [ref, bytes]))
    const add = packages.map(({ bytes }) => bytes)
    const change = await own.group(first).commit({ add, framing: 'private' })
    await own.accept(first, change, { framing: 'any', keyPackages })
    const { TestGroup } = await import('../../support/mls/index.js')
    for (const joiner of joiners) {
      own.groups.set(joiner, await TestGroup.join(joiner, change.welcome!))
    }
    for (const device of [joiners[1]!, first, joiners[2]!]) {
      const update = await own.group(device).commit({ framing: 'private' })
      await own.accept(device, update, { framing: 'any' })
      await own.update(device)
    }
    const remove = own.group(first).leavesOf(joiners[0]!.name)
    const removal = await own.group(first).commit({ remove, framing: 'private' })
    await own.accept(first, removal, { framing: 'any' })
    for (const member of own.groups.values()) {
      expect(hex(member.context)).toBe(hex(own.view.context.bytes))
    }
  })
})

/** The last byte of the epoch in an encrypted commit, after a group id of 32 bytes. */
const EPOCH_AT = 44

describe('it is refused by', () => {
  type Case = [
    error: string,
    rule: string,
    tamper: () => CommitTamper,
    forgery?: () => Promise<Forgery>,
  ]
  const removal = async (): Promise<Forgery> => ({ proposals: [remove(1)] })

  test.each<Case>([
    ['InvalidCommit', 'leafSignature', () => ({ leaf: (l) => l, leafSignKey: bob.signKey })],
    ['InvalidCommit', 'leafSignature', () => ({ leaf: (l) => ({ ...l, leafIndex: 3 }) })],
    [
      'InvalidCommit',
      'identityStays',
      () => ({ leaf: (l) => ({ ...l, credential: bob.credential }) }),
    ],
    [
      'InvalidCommit',
      'parentHashMatches',
      () => ({ leaf: (l) => ({ ...l, parentHash: new Uint8Array(32) }) }),
    ],
    ['InvalidCommit', 'pathLength', () => ({ nodes: (nodes) => nodes.slice(0, -1) }), removal],
    [
      'InvalidCommit',
      'pathKeysAreNew',
      () => ({ nodes: (n) => n.map((one) => ({ ...one, hpkePublicKey: keyOfLeaf(3) })) }),
    ],
    [
      'InvalidGroupInfo',
      'signerIsAMember',
      () => ({ groupInfo: (i) => ({ ...i, signer: 5 }) }),
      async () => ({ proposals: [await add()] }),
    ],
    ['InvalidCommit', 'senderIsTheCaller', () => ({ groupInfo: (i) => ({ ...i, signer: 1 }) })],
    [
      'InvalidGroupInfo',
      'groupInfoContextMatches',
      () => ({ nextContext: (c) => ({ ...c, epoch: c.epoch + 1n }) }),
    ],
    [
      'InvalidGroupInfo',
      'groupInfoContextMatches',
      () => ({ nextContext: (c) => ({ ...c, treeHash: ZEROS }) }),
    ],
    [
      'InvalidGroupInfo',
      'groupInfoContextMatches',
      () => ({ nextContext: (c) => ({ ...c, groupId: ZEROS }) }),
    ],
    [
      'InvalidGroupInfo',
      'transcriptAdvances',
      () => ({ nextContext: (c) => ({ ...c, confirmedTranscriptHash: new Uint8Array(31) }) }),
    ],
    [
      'InvalidGroupInfo',
      'transcriptAdvances',
      () => ({
        nextContext: (c) => ({
          ...c,
          confirmedTranscriptHash: group.state.groupContext.confirmedTranscriptHash,
        }),
      }),
    ],
    [
      'InvalidGroupInfo',
      'confirmationTagIsAMac',
      () => ({ groupInfo: (i) => ({ ...i, confirmationTag: new Uint8Array(31) }) }),
    ],
    [
      'InvalidGroupInfo',
      'groupInfoHasRatchetTree',
      () => ({ groupInfo: (i) => ({ ...i, extensions: i.extensions.slice(0, 1) }) }),
    ],
    [
      'InvalidGroupInfo',
      'groupInfoHasExternalPub',
      () => ({ groupInfo: (i) => ({ ...i, extensions: i.extensions.slice(1) }) }),
    ],
  ])('%s %s (%#)', async (error, rule, tamper, forgery) => {
    const plain = (await forgery?.()) ?? {}
    expect(verify(await hidden(plain))).toMatchObject({ ok: true })
    const change = await hidden((await forgery?.()) ?? {}, tamper())
    expect(verify(change)).toMatchObject({ refusal: { error, rule } })
  })

  test('its tree: what it does without a path asks for one', async () => {
    const removed = await hidden({ proposals: [remove(1)], draft: { withPath: false } })
    expect(verify(removed)).toMatchObject({ refusal: { rule: 'pathIsPresent' } })
    const extended = await hidden({ proposals: [extensions([LISTED])], draft: { withPath: false } })
    expect(verify(extended)).toMatchObject({ refusal: { rule: 'pathIsPresent' } })
  })

  test('its tree: the committer is gone, or another was updated', async () => {
    const tree = group.state.ratchetTree
    const bobsOwn = story.group(bob)
    const change = await bobsOwn.commit({ framing: 'private' })
    bobsOwn.drop()
    // Alice presents Bob's update as hers: her leaf signs, and his has changed.
    const groupInfo = await resignGroupInfo(alice, change.groupInfo, (i) => ({ ...i, signer: 0 }))
    expect(verify({ ...change, groupInfo })).toMatchObject({
      refusal: { error: 'InvalidCommit', rule: 'othersDoNotUpdate' },
    })
    const without = { draft: { withPath: false, tree: tree.with(0, undefined) } }
    expect(verify(await hidden(without))).toMatchObject({
      refusal: { error: 'InvalidCommit', rule: 'committerStays' },
    })
  })

  test('its tree: a node that no proposal touches', async () => {
    const tree = group.state.ratchetTree
    const at = tree.findIndex((node, i) => node?.nodeType === 'parent' && i > 4)
    const node = tree[at]
    if (node?.nodeType !== 'parent') throw new Error('no parent node there')
    const parent = { ...node.parent, hpkePublicKey: new Uint8Array(32).fill(9) }
    const rekeyed = tree.with(at, { nodeType: 'parent', parent })
    for (const withPath of [true, false]) {
      const change = await hidden({ draft: { withPath, tree: rekeyed } })
      expect(verify(change).ok).toBe(false)
    }
    const blanked = await hidden({ draft: { withPath: false, tree: tree.with(at, undefined) } })
    expect(verify(blanked)).toMatchObject({ refusal: { error: 'InvalidGroupInfo' } })
  })

  test('its added devices: an old one, a forged leaf, one that is not published', async () => {
    const known = await hidden({ proposals: [await add(bob)] })
    expect(verify(known)).toMatchObject({ refusal: { error: 'AlreadyMember' } })
    const expired = await add(undefined, { lifetime: lifetimeFromNow(3_600) })
    expect(verify(await hidden({ proposals: [expired] }))).toMatchObject({
      refusal: { error: 'InvalidKeyPackage', rule: 'lifetimeHasNotEnded' },
    })
    const unpublished = await hidden({ proposals: [await add()] })
    expect(verify(unpublished, { keyPackages: new Map() })).toMatchObject({
      refusal: { error: 'InvalidKeyPackage', rule: 'keyPackageIsPublished' },
    })
    expect(verify(unpublished, { keyPackages: undefined })).toMatchObject({ ok: false })
    expect(verify(unpublished)).toMatchObject({ ok: true })
  })

  test('its welcome: missing, for nobody, or for other packages than the tree has', async () => {
    const change = await hidden({ proposals: [await add()] })
    expect(verify({ ...change, welcome: undefined })).toMatchObject({
      refusal: { error: 'InvalidWelcome', rule: 'welcomeIsPresent' },
    })
    const update = await hidden({})
    expect(verify({ ...update, welcome: change.welcome })).toMatchObject({
      refusal: { error: 'InvalidWelcome', rule: 'welcomeIsForSomeone' },
    })
    const other = await hidden({ proposals: [await add()] })
    expect(verify({ ...change, welcome: other.welcome })).toMatchObject({
      refusal: { error: 'InvalidKeyPackage', rule: 'leafIsOfAKeyPackage' },
    })
  })

  test('its framing: another content, group, epoch', async () => {
    const { groupInfo } = await hidden({})
    const application = await story.group(bob).encrypt('hello')
    expect(verify({ commit: application, groupInfo })).toMatchObject({
      refusal: { error: 'InvalidCommit', rule: 'contentIsACommit' },
    })
    const { commit } = await hidden({})
    expect(verify({ commit: commit.with(EPOCH_AT, 9), groupInfo })).toMatchObject({
      refusal: { error: 'EpochMismatch', rule: 'epoch' },
    })
    const before = await Story.begin()
    expect(verifyCommit(before.view, await hidden({}), any())).toMatchObject({
      refusal: { error: 'InvalidCommit', rule: 'groupId' },
    })
  })
})

const ZEROS = new Uint8Array(32)
const LISTED: Extension = { extensionType: 0x000a, extensionData: Uint8Array.of(1) }

async function hidden(forgery: Forgery, tamper?: CommitTamper): Promise<Change> {
  const draft = { framing: 'private', ...forgery.draft } as const
  return forgeCommit(group, { ...forgery, draft }, tamper)
}

function verify(change: Change, more: Partial<CommitExpectation> = {}) {
  return verifyCommit(story.view, change, any(more))
}

function any(more: Partial<CommitExpectation> = {}): CommitExpectation {
  return expectation(alice.did, { framing: 'any', keyPackages: published, ...more })
}

async function add(device?: TestDevice, options?: KeyPackageOptions): Promise<Proposal> {
  const { bytes, ref } = await (device ?? (await story.device())).keyPackage(options)
  published.set(ref, bytes)
  return { proposalType: 'add', add: { keyPackage: readKeyPackage(bytes) } }
}

function remove(removed: number): Proposal {
  return { proposalType: 'remove', remove: { removed } }
}

function extensions(list: Extension[]): Proposal {
  return { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: list } }
}

function keyOfLeaf(leafIndex: number): Uint8Array {
  return story.view.tree.leaf(leafIndex)!.encryptionKey
}
