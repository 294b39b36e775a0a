import type { Proposal } from 'ts-mls'
import { beforeAll, describe, expect, test } from 'vitest'
import { verifyCommit, type CommitExpectation } from '../../../src/mls/verify-commit.js'
import {
  createDevice,
  openExternally,
  readKeyPackage,
  type Change,
  type CommitTamper,
  type TestDevice,
} from '../../support/mls/index.js'
import { expectation, Story } from './story.js'

/** Alice, Bob with two devices, Carol; Dan is outside. */
let story: Story
let bob: TestDevice
let bobsPad: TestDevice
let carol: TestDevice
let dan: TestDevice
let groupInfo: Uint8Array

beforeAll(async () => {
  story = await Story.begin()
  const [alice] = story.devices as [TestDevice]
  bob = await story.device()
  bobsPad = await story.device(undefined, bob.did as never)
  carol = await story.device()
  dan = await story.device()
  await story.add(alice, [bob, bobsPad, carol])
  await story.update(carol)
  groupInfo = await story.groupInfo()
})

describe('the controls are taken', () => {
  test('a join, and a return in place of the old leaf', async () => {
    const joined = verify(dan, await external(dan))
    expect(joined).toMatchObject({
      ok: true,
      value: { external: true, removed: [], added: [], committer: { leafIndex: 4 } },
    })
    expect(verify(bob, await external(bob))).toMatchObject({
      ok: true,
      value: { external: true, removed: [{ leafIndex: 1 }], committer: { leafIndex: 1 } },
    })
  })

  test('in either framing mode', async () => {
    expect(verify(dan, await external(dan), { framing: 'any' })).toMatchObject({
      ok: true,
      value: { framing: 'public', external: true },
    })
  })

  test('a new device of an account whose other devices stay', async () => {
    const phone = await story.device(undefined, bob.did as never)
    const verdict = verify(phone, await external(phone))
    expect(verdict).toMatchObject({ ok: true, value: { removed: [] } })
    expect(verdict.ok && verdict.value.next.leavesOf(bob.did as never).length).toBe(3)
  })

  test('with a pre-shared key', async () => {
    const withPsk = await external(dan, (proposals) => [...proposals, psk()])
    expect(verify(dan, withPsk)).toMatchObject({ ok: true })
  })
})

describe('an external commit is refused by', () => {
  type Rewrite = (proposals: Proposal[]) => Proposal[] | Promise<Proposal[]>
  test.each<[rule: string, who: () => TestDevice, rewrite: Rewrite]>([
    ['oneExternalInit', () => dan, () => []],
    ['oneExternalInit', () => dan, ([init]) => [init!, init!]],
    ['onlyExternalProposals', () => dan, async (all) => [...all, await add()]],
    ['onlyExternalProposals', () => dan, (all) => [...all, noExtensions()]],
    ['noReInit', () => dan, (all) => [...all, reInit()]],
    ['atMostOneRemove', () => bob, (all) => [...all, remove(2)]],
    ['removesOwnLeaf', () => dan, (all) => [...all, remove(3)]],
    ['removesOwnLeaf', () => bob, ([, init]) => [remove(2), init!]],
    ['removesAMember', () => dan, (all) => [...all, remove(7)]],
    ['kemOutputFits', () => dan, () => [init(new Uint8Array(31))]],
    ['pskNonceFits', () => dan, (all) => [...all, psk(16)]],
  ])('%s (%#)', async (rule, who, rewrite) => {
    const rewritten = await rewrite(await honestProposals(who()))
    const change = await external(who(), () => rewritten)
    expect(verify(who(), change)).toMatchObject({ refusal: { error: 'InvalidCommit', rule } })
  })

  test('addedDeviceIsNew: the device has a leaf and does not remove it', async () => {
    const change = await external(bob, (proposals) => proposals.slice(1))
    expect(verify(bob, change)).toMatchObject({
      refusal: { error: 'AlreadyMember', rule: 'addedDeviceIsNew' },
    })
  })

  test('senderIsTheCaller: another account sends it', async () => {
    expect(verify(carol, await external(dan))).toMatchObject({
      refusal: { error: 'InvalidCommit', rule: 'senderIsTheCaller' },
    })
  })

  test('signatureKeyStays: the device comes back with another key', async () => {
    const { did, deviceId } = bob
    const thief = await createDevice({ did, deviceId })
    expect(verify(bob, await external(thief))).toMatchObject({
      refusal: { error: 'InvalidCommit', rule: 'signatureKeyStays' },
    })
  })

  test.each<[rule: string, tamper: () => CommitTamper]>([
    ['framingSignature', () => ({ signKey: carol.signKey })],
    ['leafSignature', () => ({ leaf: (l) => l, leafSignKey: carol.signKey })],
    ['leafSignature', () => ({ leaf: (l) => ({ ...l, leafIndex: 2 }) })],
    ['pathLength', () => ({ nodes: (nodes) => nodes.slice(1) })],
    ['parentHashMatches', () => ({ leaf: (l) => ({ ...l, parentHash: new Uint8Array(32) }) })],
    [
      'leafKeyIsNew',
      () => ({
        leaf: (l) => ({ ...l, hpkePublicKey: story.view.tree.leaf(1)!.encryptionKey }),
      }),
    ],
    [
      'encryptionKeysAreUnique',
      () => ({
        leaf: (l) => ({ ...l, hpkePublicKey: story.view.tree.leaf(3)!.encryptionKey }),
      }),
    ],
    [
      'joinerHasAPath',
      () => ({ content: (c) => ({ ...c, commit: { ...c.commit, path: undefined } }) }),
    ],
    [
      'proposalsAreByValue',
      () => ({
        content: (c) => ({
          ...c,
          commit: {
            ...c.commit,
            proposals: [
              ...c.commit.proposals,
              { proposalOrRefType: 'reference', reference: new Uint8Array(32) },
            ],
          },
        }),
      }),
    ],
  ])('%s (%#)', async (rule, tamper) => {
    const change = await external(bob, undefined, tamper())
    expect(verify(bob, change)).toMatchObject({ refusal: { error: 'InvalidCommit', rule } })
  })

  test('its GroupInfo, when another signs it', async () => {
    const change = await external(dan, undefined, { groupInfo: (i) => ({ ...i, signer: 0 }) })
    expect(verify(dan, change)).toMatchObject({
      refusal: { error: 'InvalidGroupInfo', rule: 'signerIsTheCommitter' },
    })
  })

  test('EpochMismatch, on a GroupInfo of an epoch that has ended', async () => {
    const late = await external(dan)
    await story.update(carol)
    expect(verify(dan, late)).toMatchObject({ refusal: { error: 'EpochMismatch' } })
    groupInfo = await story.groupInfo()
    expect(verify(dan, await external(dan))).toMatchObject({ ok: true })
  })
})

async function external(
  device: TestDevice,
  rewrite?: (proposals: Proposal[]) => Proposal[],
  tamper?: CommitTamper,
): Promise<Change> {
  const { sealed } = await openExternally(device, groupInfo, rewrite, tamper)
  return { commit: sealed.commit, groupInfo: sealed.groupInfo }
}

async function honestProposals(device: TestDevice): Promise<Proposal[]> {
  let honest: Proposal[] = []
  await openExternally(device, groupInfo, (proposals) => (honest = proposals))
  return honest
}

function verify(device: TestDevice, change: Change, more: Partial<CommitExpectation> = {}) {
  return verifyCommit(story.view, change, expectation(device.did, more))
}

async function add(): Promise<Proposal> {
  const { bytes } = await (await story.device()).keyPackage()
  return { proposalType: 'add', add: { keyPackage: readKeyPackage(bytes) } }
}

function remove(removed: number): Proposal {
  return { proposalType: 'remove', remove: { removed } }
}

function init(kemOutput: Uint8Array): Proposal {
  return { proposalType: 'external_init', externalInit: { kemOutput } }
}

function noExtensions(): Proposal {
  return {
    proposalType: 'group_context_extensions',
    groupContextExtensions: { extensions: [] },
  }
}

function reInit(): Proposal {
  return {
    proposalType: 'reinit',
    reinit: {
      groupId: new Uint8Array(32),
      version: 'mls10',
      cipherSuite: dan.suite.name,
      extensions: [],
    },
  }
}

function psk(nonceBytes = 32): Proposal {
  return {
    proposalType: 'psk',
    psk: {
      preSharedKeyId: {
        psktype: 'external',
        pskId: Uint8Array.of(1),
        pskNonce: new Uint8Array(nonceBytes),
      },
    },
  }
}
