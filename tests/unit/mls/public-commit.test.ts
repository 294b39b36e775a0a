import type { Extension, Proposal, ProposalOrRef } from 'ts-mls'
import { createProposal } from 'ts-mls'
import { beforeAll, describe, expect, test } from 'vitest'
import { verifyCommit, type CommitExpectation } from '../../../src/mls/verify-commit.js'
import {
  forgeCommit,
  hex,
  lifetimeFromNow,
  readKeyPackage,
  readPublicMessage,
  readWelcome,
  resignGroupInfo,
  withLongLength,
  withTrailingByte,
  writePublicMessage,
  writeWelcome,
  type Change,
  type CommitTamper,
  type Forgery,
  type KeyPackageOptions,
  type TestDevice,
  type TestGroup,
} from '../../support/mls/index.js'
import { expectation, Story } from './story.js'

/** Alice, Bob, Carol, Dan and Eve, at leaves 0 to 4; some paths are set, and Eve is unmerged. */
let story: Story
let alice: TestDevice
let bob: TestDevice
let eve: TestDevice
let group: TestGroup
let stale: Change

beforeAll(async () => {
  story = await Story.begin()
  alice = story.devices[0]!
  const [b, c, d] = (await Promise.all([1, 2, 3].map(() => story.device()))) as [
    TestDevice,
    TestDevice,
    TestDevice,
  ]
  bob = b
  await story.add(alice, [bob, c, d])
  stale = await story.group(bob).commit()
  await story.update(bob)
  await story.update(d)
  eve = await story.device()
  await story.add(alice, [eve])
  await story.update(c)
  group = story.group(alice)
})

describe('the controls: what the forger makes without a fault is taken', () => {
  test.each<[string, () => Promise<Forgery>]>([
    ['an empty commit', async () => ({})],
    [
      'an add without a path',
      async () => ({ proposals: [await add()], draft: { withPath: false } }),
    ],
    ['an add with a path', async () => ({ proposals: [await add()] })],
    ['three adds', async () => ({ proposals: [await add(), await add(), await add()] })],
    ['a removal', async () => ({ proposals: [remove(1)] })],
    ['a removal of two', async () => ({ proposals: [remove(1), remove(3)] })],
    ['a removal and an add', async () => ({ proposals: [await add(), remove(4)] })],
    ['a change of extensions', async () => ({ proposals: [extensions([LISTED])] })],
    ['an empty list of extensions', async () => ({ proposals: [extensions([])] })],
    ['pre-shared keys', async () => ({ proposals: [psk(1), psk(2)], draft: { withPath: false } })],
  ])('%s', async (_name, forgery) => {
    expect(verify(await forgeCommit(group, await forgery()))).toMatchObject({ ok: true })
  })
})

type Case = [rule: string, forgery: () => Forgery | Promise<Forgery>, tamper?: CommitTamper]

/** What makes the bytes no message at all. */
const FOUND_BY_PARSING = ['extensionTypesAreUnique', 'proposalTypeIsKnown']

describe('a proposal list is refused by', () => {
  test.each<Case>([
    ['proposalsAreByValue', () => ({ proposals: [reference()] })],
    ['proposalsAreByValue', async () => ({ proposals: [await add(), reference()] })],
    ['noReInit', () => ({ proposals: [reInit()] })],
    ['noReInit', () => ({ proposals: [reInit()], draft: { withPath: false } })],
    ['noUpdateByCommitter', () => ({ proposals: [ownUpdate()] })],
    ['oneContextExtensions', () => ({ proposals: [extensions([LISTED]), extensions([])] })],
    ['noExternalInit', () => ({ proposals: [externalInit()] })],
    ['committerStays', () => ({ proposals: [remove(0)] })],
    ['removesAreUnique', () => ({ proposals: [remove(1), remove(1)] })],
    ['removesAMember', () => ({ proposals: [remove(7)] })],
    ['removesAMember', () => ({ proposals: [remove(5000)] })],
    ['pathIsPresent', () => ({ draft: { withPath: false } })],
    ['pathIsPresent', () => ({ proposals: [remove(1)], draft: { withPath: false } })],
    ['pathIsPresent', () => ({ proposals: [extensions([LISTED])], draft: { withPath: false } })],
    ['identitiesAreUnique', async () => ({ proposals: await twoWithOneIdentity() })],
    ['signatureKeysAreUnique', async () => ({ proposals: await twoWithOneSignatureKey() })],
    ['encryptionKeysAreUnique', async () => ({ proposals: [await addWithKeyOf(bob)] })],
    ['initKeysAreUnique', async () => ({ proposals: await twoWithOneInitKey() })],
    ['pskUsage', () => ({ proposals: [resumption('reinit')] })],
    ['pskUsage', () => ({ proposals: [resumption('branch')] })],
    ['pskNonceFits', () => ({ proposals: [psk(1, 31)] })],
    ['psksAreUnique', () => ({ proposals: [psk(1), psk(1)] })],
    ['supportsGroupExtensions', () => ({ proposals: [extensions([UNLISTED])] })],
    ['hasRequiredCapabilities', () => ({ proposals: [extensions([required(0xf00d)])] })],
    ['extensionsBelongInContext', () => ({ proposals: [extensions([PUB])] })],
    ['extensionTypesAreUnique', () => ({ proposals: [extensions([LISTED, LISTED])] })],
    ['proposalTypeIsKnown', () => ({ proposals: [custom()] })],
  ])('%s', async (rule, forgery) => {
    const change = await forgeCommit(group, await forgery())
    const error = FOUND_BY_PARSING.includes(rule) ? 'InvalidMlsMessage' : 'InvalidCommit'
    expect(verify(change)).toMatchObject({ refusal: { error, rule } })
  })

  test('addedDeviceIsNew: the device is a member', async () => {
    const again = { proposals: [await add(bob)] }
    expect(verify(await forgeCommit(group, again))).toMatchObject({
      refusal: { error: 'AlreadyMember', rule: 'addedDeviceIsNew' },
    })
    const replaced = { proposals: [await add(bob), remove(1)] }
    expect(verify(await forgeCommit(group, replaced))).toMatchObject({ ok: true })
  })

  test('what a resumption PSK of the application is used for is not the service’s to say', async () => {
    const change = await forgeCommit(group, { proposals: [resumption('application')] })
    expect(verify(change)).toMatchObject({ ok: true })
  })
})

describe('an added key package is refused by', () => {
  test.each<[rule: string, options: () => KeyPackageOptions]>([
    ['lifetimeHasNotEnded', () => ({ lifetime: lifetimeFromNow(3_600) })],
    ['lifetimeIsShort', () => ({ lifetime: lifetimeFromNow(91 * 86_400) })],
    ['keyPackageSignature', () => ({ signKey: alice.signKey })],
    ['leafSignature', () => ({ leafSignKey: alice.signKey })],
    ['initKeyDiffers', () => ({ sameKeys: true })],
    [
      'keyPackageSuiteMatches',
      () => ({ declaredSuite: 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519' }),
    ],
    ['capabilitiesListSuite', () => ({ capabilities: { ciphersuites: [] } })],
  ])('%s', async (rule, options) => {
    const change = await forgeCommit(group, { proposals: [await add(undefined, options())] })
    expect(verify(change)).toMatchObject({ refusal: { error: 'InvalidKeyPackage', rule } })
  })

  test('one with less than ten minutes to live is still taken: its lease began before', async () => {
    const lifetime = lifetimeFromNow(3_600 + 60)
    const change = await forgeCommit(group, { proposals: [await add(undefined, { lifetime })] })
    expect(verify(change)).toMatchObject({ ok: true })
  })

  test('required_capabilities of the same commit hold for it', async () => {
    const listing = { capabilities: { extensions: [LAST_RESORT, 0xf00d] } }
    const fits = await forgeCommit(group, {
      proposals: [extensions([required(LAST_RESORT)]), await add()],
    })
    expect(verify(fits)).toMatchObject({ ok: true })
    const lacks = await forgeCommit(group, {
      proposals: [
        extensions([required(LAST_RESORT)]),
        await add(undefined, { capabilities: { extensions: [] } }),
      ],
    })
    expect(verify(lacks)).toMatchObject({ refusal: { rule: 'hasRequiredCapabilities' } })
    const others = await forgeCommit(group, {
      proposals: [extensions([required(0xf00d)]), await add(undefined, listing)],
    })
    expect(verify(others)).toMatchObject({ refusal: { rule: 'hasRequiredCapabilities' } })
  })
})

describe('framing is refused by', () => {
  test.each<Case>([
    ['groupId', () => ({}), { content: (c) => ({ ...c, groupId: new Uint8Array(32) }) }],
    ['senderIsAMember', () => ({ draft: { sender: { senderType: 'member', leafIndex: 9 } } })],
    ['senderIsTheCaller', () => ({ draft: { sender: { senderType: 'member', leafIndex: 1 } } })],
    ['senderMayCommit', () => ({ draft: { sender: { senderType: 'external', senderIndex: 0 } } })],
    ['senderMayCommit', () => ({ draft: { sender: { senderType: 'new_member_proposal' } } })],
    ['framingSignature', () => ({}), { signature: (s) => s.with(0, s[0]! ^ 1) }],
  ])('%s', async (rule, forgery, tamper) => {
    const change = await forgeCommit(group, await forgery(), tamper)
    expect(verify(change)).toMatchObject({ refusal: { error: 'InvalidCommit', rule } })
  })

  test('framingSignature, by another key or for another state', async () => {
    const byBob = await forgeCommit(group, {}, { signKey: bob.signKey })
    expect(verify(byBob)).toMatchObject({ refusal: { rule: 'framingSignature' } })
    const { groupContext } = group.state
    const forked = { ...groupContext, confirmedTranscriptHash: new Uint8Array(32) }
    const fork = await forgeCommit(group, {}, { signedContext: forked })
    expect(verify(fork)).toMatchObject({ refusal: { rule: 'framingSignature' } })
  })

  test('EpochMismatch, before and after the epoch', async () => {
    expect(verify(stale, { sender: bob.did as never })).toMatchObject({
      refusal: { error: 'EpochMismatch', rule: 'epoch' },
    })
    const early = await forgeCommit(group, {}, { content: (c) => ({ ...c, epoch: c.epoch + 1n }) })
    expect(verify(early)).toMatchObject({ refusal: { error: 'EpochMismatch' } })
  })

  test('senderIsTheCaller: another account sends it', async () => {
    const change = await forgeCommit(group)
    expect(verify(change, { sender: bob.did as never })).toMatchObject({
      refusal: { rule: 'senderIsTheCaller' },
    })
  })

  test('contentIsACommit: a proposal by itself', async () => {
    const { message } = await createProposal(group.state, true, remove(1), alice.suite)
    if (message.wireformat !== 'mls_public_message') throw new Error('not public')
    const { groupInfo } = await forgeCommit(group)
    const commit = writePublicMessage(message.publicMessage)
    expect(verify({ commit, groupInfo })).toMatchObject({ refusal: { rule: 'contentIsACommit' } })
  })

  test('the sizes of its tags', async () => {
    const change = await forgeCommit(group)
    const message = readPublicMessage(change.commit)
    if (message.content.contentType !== 'commit' || message.auth.contentType !== 'commit') {
      throw new Error('no commit')
    }
    const confirmationTag = message.auth.confirmationTag.subarray(1)
    const short = { ...message, auth: { ...message.auth, confirmationTag } }
    expect(verify({ ...change, commit: writePublicMessage(short) })).toMatchObject({
      refusal: { rule: 'confirmationTagIsAMac' },
    })
    const untagged = { ...message, membershipTag: new Uint8Array() } as typeof message
    expect(verify({ ...change, commit: writePublicMessage(untagged) })).toMatchObject({
      refusal: { rule: 'membershipTagIsAMac' },
    })
  })

  test('exactness', async () => {
    const change = await forgeCommit(group)
    expect(verify({ ...change, commit: withTrailingByte(change.commit) })).toMatchObject({
      refusal: { error: 'InvalidMlsMessage', rule: 'noTrailingBytes' },
    })
    expect(verify({ ...change, commit: withLongLength(change.commit) })).toMatchObject({
      refusal: { error: 'InvalidMlsMessage', rule: 'lengthHeaderIsShortest' },
    })
  })

  test('framingIsPublic, in a conversation of public commits', async () => {
    const hidden = await group.commit({ framing: 'private' })
    group.drop()
    expect(verify(hidden)).toMatchObject({
      refusal: { error: 'InvalidCommit', rule: 'framingIsPublic' },
    })
    expect(verify(hidden, { framing: 'any' })).toMatchObject({ ok: true })
  })
})

describe('an update path is refused by', () => {
  test.each<[rule: string, tamper: () => CommitTamper, forgery?: () => Promise<Forgery>]>([
    ['pathLength', () => ({ nodes: (nodes) => nodes.slice(1) })],
    ['pathLength', () => ({ nodes: (nodes) => nodes.slice(0, -1) })],
    ['pathLength', () => ({ path: (path) => ({ ...path, nodes: [] }) })],
    ['ciphertextCount', () => ({ nodes: ([first, ...rest]) => [without(first!), ...rest] })],
    ['ciphertextCount', () => ({ nodes: (nodes) => nodes.map(twice) })],
    ['ciphertextSize', () => ({ nodes: (nodes) => nodes.map(longer) })],
    ['ciphertextSize', () => ({ nodes: (nodes) => nodes.map(shortKem) })],
    ['pathKeysAreUsable', () => ({ nodes: (nodes) => nodes.map(keyed(new Uint8Array(32))) })],
    [
      'pathKeysAreUsable',
      () => ({ nodes: (nodes) => nodes.map(keyed(new Uint8Array(31).fill(9))) }),
    ],
    ['pathKeysAreNew', () => ({ nodes: (nodes) => nodes.map(keyed(keyOfLeaf(3))) })],
    ['pathKeysAreNew', () => ({ nodes: (nodes) => nodes.map(keyed(keyOfRoot())) })],
    ['pathKeysAreNew', () => ({ nodes: (nodes) => nodes.map(keyed(new Uint8Array(32).fill(9))) })],
    ['parentHashMatches', () => ({ leaf: (l) => ({ ...l, parentHash: new Uint8Array(32) }) })],
    ['parentHashMatches', () => ({ leaf: (l) => ({ ...l, parentHash: new Uint8Array() }) })],
    ['sourceIsCommit', () => ({ leaf: (l) => ({ ...l, leafNodeSource: 'update' }) as never })],
    ['leafSignature', () => ({ leaf: (l) => l, leafSignKey: bob.signKey })],
    ['leafSignature', () => ({ leaf: (l) => ({ ...l, groupId: new Uint8Array(32) }) })],
    ['leafSignature', () => ({ leaf: (l) => ({ ...l, leafIndex: 1 }) })],
    ['identityStays', () => ({ leaf: (l) => ({ ...l, credential: bob.credential }) })],
    [
      'signatureKeyStays',
      () => ({
        leaf: (l) => ({ ...l, signaturePublicKey: eve.publicKey }),
        leafSignKey: eve.signKey,
      }),
    ],
    ['leafKeyIsNew', () => ({ leaf: (l) => ({ ...l, hpkePublicKey: keyOfLeaf(0) }) })],
    ['encryptionKeysAreUnique', () => ({ leaf: (l) => ({ ...l, hpkePublicKey: keyOfLeaf(3) }) })],
    [
      'encryptionKeyIsUsable',
      () => ({ leaf: (l) => ({ ...l, hpkePublicKey: new Uint8Array(32) }) }),
    ],
    [
      'capabilitiesListCredential',
      () => ({ leaf: (l) => ({ ...l, capabilities: { ...l.capabilities, credentials: [] } }) }),
    ],
    ['capabilitiesListExtensions', () => ({ leaf: (l) => ({ ...l, extensions: [UNLISTED] }) })],
    [
      'supportsGroupExtensions',
      () => ({ leaf: (l) => ({ ...l, capabilities: { ...l.capabilities, extensions: [] } }) }),
      async () => ({ proposals: [extensions([LISTED])] }),
    ],
    [
      'ciphertextCount',
      () => ({ nodes: (nodes) => nodes.map((node, i) => (i === 1 ? twice(node) : node)) }),
      async () => ({ proposals: [await add(), await add()] }),
    ],
  ])('%s', async (rule, tamper, forgery) => {
    const control = await forgeCommit(group, (await forgery?.()) ?? {})
    expect(verify(control)).toMatchObject({ ok: true })
    const change = await forgeCommit(group, (await forgery?.()) ?? {}, tamper())
    expect(verify(change)).toMatchObject({ refusal: { error: 'InvalidCommit', rule } })
  })
})

describe('a GroupInfo is refused by', () => {
  test.each<[rule: string, tamper: CommitTamper, field?: string]>([
    ['groupInfoContextMatches', { nextContext: (c) => ({ ...c, epoch: c.epoch + 1n }) }, 'epoch'],
    [
      'groupInfoContextMatches',
      { nextContext: (c) => ({ ...c, groupId: new Uint8Array(32) }) },
      'group_id',
    ],
    [
      'groupInfoContextMatches',
      { nextContext: (c) => ({ ...c, treeHash: new Uint8Array(32) }) },
      'tree_hash',
    ],
    [
      'groupInfoContextMatches',
      { nextContext: (c) => ({ ...c, confirmedTranscriptHash: new Uint8Array(32) }) },
      'confirmed_transcript_hash',
    ],
    [
      'groupInfoContextMatches',
      { nextContext: (c) => ({ ...c, extensions: [LISTED] }) },
      'extensions',
    ],
    ['signerIsTheCommitter', { groupInfo: (i) => ({ ...i, signer: 1 }) }],
    ['confirmationTagMatches', { groupInfo: (i) => ({ ...i, confirmationTag: ZEROS }) }],
    ['groupInfoHasExternalPub', { groupInfo: (i) => withExtension(i, 'external_pub', undefined) }],
    ['externalPubIsUsable', { groupInfo: (i) => withExtension(i, 'external_pub', ZEROS) }],
    ['groupInfoHasRatchetTree', { groupInfo: (i) => withExtension(i, 'ratchet_tree', undefined) }],
    ['ratchetTreeMatches', { groupInfo: (i) => withExtension(i, 'ratchet_tree', ZEROS) }],
    ['extensionTypesAreUnique', { groupInfo: (i) => ({ ...i, extensions: [PUB, PUB] }) }],
  ])('%s (%#)', async (rule, tamper, field) => {
    const change = await forgeCommit(group, {}, tamper)
    const verdict = verify(change)
    expect(verdict).toMatchObject({ refusal: { error: 'InvalidGroupInfo', rule } })
    if (field !== undefined && !verdict.ok) expect(verdict.refusal.detail).toContain(field)
  })

  test('groupInfoSignature: another member signs it', async () => {
    const change = await forgeCommit(group)
    const groupInfo = await resignGroupInfo(bob, change.groupInfo, (same) => same)
    expect(verify({ ...change, groupInfo })).toMatchObject({
      refusal: { error: 'InvalidGroupInfo', rule: 'groupInfoSignature' },
    })
  })

  test('ratchetTreeMatches: the tree before the commit', async () => {
    const change = await forgeCommit(group)
    const before = await group.groupInfo()
    expect(verify({ ...change, groupInfo: before })).toMatchObject({
      refusal: { rule: 'groupInfoContextMatches' },
    })
    const old = (await import('ts-mls/ratchetTree.js')).encodeRatchetTree(group.state.ratchetTree)
    const groupInfo = await resignGroupInfo(alice, change.groupInfo, (info) =>
      withExtension(info, 'ratchet_tree', old),
    )
    expect(verify({ ...change, groupInfo })).toMatchObject({
      refusal: { rule: 'ratchetTreeMatches' },
    })
  })
})

describe('a welcome is refused by', () => {
  test('welcomeIsPresent, welcomeIsForSomeone', async () => {
    const { welcome, ...alone } = await forgeCommit(group, { proposals: [await add()] })
    expect(verify(alone)).toMatchObject({
      refusal: { error: 'InvalidWelcome', rule: 'welcomeIsPresent' },
    })
    const update = await forgeCommit(group)
    expect(verify({ ...update, welcome })).toMatchObject({
      refusal: { error: 'InvalidWelcome', rule: 'welcomeIsForSomeone' },
    })
  })

  test('recipientsAreTheAdded', async () => {
    const change = await forgeCommit(group, { proposals: [await add(), await add()] })
    const welcome = readWelcome(change.welcome!)
    const other = await forgeCommit(group, { proposals: [await add(), await add()] })
    expect(verify({ ...change, welcome: other.welcome })).toMatchObject({
      refusal: { error: 'InvalidWelcome', rule: 'recipientsAreTheAdded' },
    })
    const fewer = writeWelcome({ ...welcome, secrets: welcome.secrets.slice(1) })
    expect(verify({ ...change, welcome: fewer })).toMatchObject({
      refusal: { rule: 'recipientsAreTheAdded' },
    })
    const foreign = [...welcome.secrets, readWelcome(other.welcome!).secrets[0]!]
    const more = writeWelcome({ ...welcome, secrets: foreign })
    expect(verify({ ...change, welcome: more })).toMatchObject({
      refusal: { rule: 'recipientsAreTheAdded' },
    })
    const turned = writeWelcome({ ...welcome, secrets: welcome.secrets.toReversed() })
    expect(verify({ ...change, welcome: turned })).toMatchObject({ ok: true })
  })

  test('its suite, and bytes after it', async () => {
    const change = await forgeCommit(group, { proposals: [await add()] })
    const welcome = readWelcome(change.welcome!)
    const cipherSuite = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519'
    expect(verify({ ...change, welcome: writeWelcome({ ...welcome, cipherSuite }) })).toMatchObject(
      {
        refusal: { error: 'InvalidWelcome', rule: 'welcomeSuiteMatches' },
      },
    )
    expect(verify({ ...change, welcome: withTrailingByte(change.welcome!) })).toMatchObject({
      refusal: { error: 'InvalidWelcome', rule: 'noTrailingBytes' },
    })
  })
})

test('after all that, the group is what it was', async () => {
  expect(hex(story.view.context.bytes)).toBe(hex(group.context))
  await story.update(alice)
  expect(hex(story.view.context.bytes)).toBe(hex(group.context))
})

function verify(change: Change, more: Partial<CommitExpectation> = {}) {
  return verifyCommit(story.view, change, expectation(alice.did, more))
}

const LAST_RESORT = 0x000a
const ZEROS = new Uint8Array(32)
const LISTED: Extension = { extensionType: LAST_RESORT, extensionData: Uint8Array.of(1) }
const UNLISTED: Extension = { extensionType: 0xf00d, extensionData: Uint8Array.of(1) }
const PUB: Extension = { extensionType: 'external_pub', extensionData: new Uint8Array(32).fill(9) }

function required(type: number): Extension {
  const extensionData = Uint8Array.of(2, type >> 8, type & 0xff, 0, 0)
  return { extensionType: 'required_capabilities', extensionData }
}

async function add(device?: TestDevice, options?: KeyPackageOptions): Promise<Proposal> {
  const owner = device ?? (await story.device())
  const { bytes } = await owner.keyPackage(options)
  return { proposalType: 'add', add: { keyPackage: readKeyPackage(bytes) } }
}

async function addWithKeyOf(device: TestDevice): Promise<Proposal> {
  return add(undefined, { leafKey: keyOfLeaf(story.group(device).leafIndex) })
}

async function twoWithOneIdentity(): Promise<Proposal[]> {
  const one = await story.device()
  const other = await story.device()
  return [await add(one), await add(other, { credential: one.credential })]
}

async function twoWithOneSignatureKey(): Promise<Proposal[]> {
  const one = await story.device()
  const other = await story.device()
  return [await add(one), await add(one, { credential: other.credential })]
}

async function twoWithOneInitKey(): Promise<Proposal[]> {
  const initKey = new Uint8Array(32).fill(9)
  return [await add(undefined, { initKey }), await add(undefined, { initKey })]
}

function remove(removed: number): Proposal & { proposalType: 'remove' } {
  return { proposalType: 'remove', remove: { removed } }
}

function extensions(list: Extension[]): Proposal {
  return {
    proposalType: 'group_context_extensions',
    groupContextExtensions: { extensions: list },
  }
}

function reference(): ProposalOrRef {
  return { proposalOrRefType: 'reference', reference: ZEROS }
}

function reInit(): Proposal {
  return {
    proposalType: 'reinit',
    reinit: {
      groupId: ZEROS,
      version: 'mls10',
      cipherSuite: alice.suite.name,
      extensions: [],
    },
  }
}

function ownUpdate(): Proposal {
  const node = group.state.ratchetTree[0]
  if (node?.nodeType !== 'leaf') throw new Error('no leaf')
  const leafNode = { ...node.leaf, leafNodeSource: 'update' } as never
  return { proposalType: 'update', update: { leafNode } }
}

function externalInit(): Proposal {
  return { proposalType: 'external_init', externalInit: { kemOutput: ZEROS } }
}

function psk(id: number, nonceBytes = 32): Proposal {
  return {
    proposalType: 'psk',
    psk: {
      preSharedKeyId: {
        psktype: 'external',
        pskId: Uint8Array.of(id),
        pskNonce: new Uint8Array(nonceBytes),
      },
    },
  }
}

function resumption(usage: 'application' | 'reinit' | 'branch'): Proposal {
  return {
    proposalType: 'psk',
    psk: {
      preSharedKeyId: {
        psktype: 'resumption',
        usage,
        pskGroupId: group.state.groupContext.groupId,
        pskEpoch: 1n,
        pskNonce: ZEROS,
      },
    },
  }
}

function custom(): Proposal {
  return { proposalType: 0xf00d, proposalData: Uint8Array.of(1, 2, 3) }
}

type PathNodes = Parameters<NonNullable<CommitTamper['nodes']>>[0]
type PathNode = PathNodes[number]

function without(node: PathNode): PathNode {
  return { ...node, encryptedPathSecret: node.encryptedPathSecret.slice(1) }
}

function twice(node: PathNode): PathNode {
  const { encryptedPathSecret } = node
  return { ...node, encryptedPathSecret: [...encryptedPathSecret, ...encryptedPathSecret] }
}

function longer(node: PathNode): PathNode {
  const encryptedPathSecret = node.encryptedPathSecret.map((one) => ({
    ...one,
    ciphertext: Uint8Array.from([...one.ciphertext, 0]),
  }))
  return { ...node, encryptedPathSecret }
}

function shortKem(node: PathNode): PathNode {
  const encryptedPathSecret = node.encryptedPathSecret.map((one) => ({
    ...one,
    kemOutput: one.kemOutput.subarray(1),
  }))
  return { ...node, encryptedPathSecret }
}

function keyed(hpkePublicKey: Uint8Array): (node: PathNode) => PathNode {
  return (node) => ({ ...node, hpkePublicKey })
}

function keyOfLeaf(leafIndex: number): Uint8Array {
  return story.view.tree.leaf(leafIndex)!.encryptionKey
}

function keyOfRoot(): Uint8Array {
  const { tree } = story.view
  const node = tree.nodes[tree.root]
  if (node?.kind !== 'parent') throw new Error('the root is blank')
  return node.encryptionKey
}

function withExtension<I extends { extensions: Extension[] }>(
  info: I,
  type: string,
  data: Uint8Array | undefined,
): I {
  const extensions = info.extensions.flatMap((one) =>
    one.extensionType !== type ? [one] : data ? [{ ...one, extensionData: data }] : [],
  )
  return { ...info, extensions }
}
