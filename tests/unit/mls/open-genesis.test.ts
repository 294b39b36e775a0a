import type { GroupInfoTBS } from 'ts-mls'
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Did } from '../../../src/lib/ids.js'
import { openGenesis } from '../../../src/mls/open-genesis.js'
import { SUITE_NAMES } from '../../../src/mls/suite.js'
import {
  createDevice,
  flipBit,
  hex,
  lifetimeFromNow,
  resignGroupInfo,
  TestGroup,
  withLongLength,
  withTrailingByte,
  type TestDevice,
} from '../../support/mls/index.js'
import { didOf } from './story.js'

const DID = didOf(1)
const GROUP_ID = new Uint8Array(32).fill(3)

let alice: TestDevice
let group: TestGroup
let genesis: Uint8Array
beforeAll(async () => {
  alice = await createDevice({ did: DID, deviceId: 'phone' })
  group = await TestGroup.create(alice, GROUP_ID)
  genesis = await group.groupInfo()
})

test('a good one opens', () => {
  const verdict = open(genesis)
  if (!verdict.ok) throw new Error(verdict.refusal.detail)
  const { value } = verdict
  expect(value).toMatchObject({ cipherSuite: alice.suite.name, epoch: 0 })
  expect(hex(value.groupId)).toBe(hex(GROUP_ID))
  expect(value.confirmedTranscriptHash.length).toBe(0)
  expect(hex(value.context.bytes)).toBe(hex(group.context))
  expect(value.leaves()).toMatchObject([{ leafIndex: 0, did: DID, deviceId: 'phone' }])
  expect(hex(value.leaves()[0]!.signatureKey)).toBe(hex(alice.publicKey))
})

describe('is refused', () => {
  const context = (change: Partial<GroupInfoTBS['groupContext']>) => (info: GroupInfoTBS) => ({
    ...info,
    groupContext: { ...info.groupContext, ...change },
  })
  const extension = (type: string, data: Uint8Array | undefined) => (info: GroupInfoTBS) => ({
    ...info,
    extensions: info.extensions.flatMap((one) =>
      one.extensionType !== type ? [one] : data ? [{ ...one, extensionData: data }] : [],
    ),
  })
  const faults: [rule: string, change: (info: GroupInfoTBS) => GroupInfoTBS][] = [
    ['epochIsZero', context({ epoch: 1n })],
    ['epochIsSafe', context({ epoch: 2n ** 53n })],
    ['groupIdFits', context({ groupId: new Uint8Array(15) })],
    ['groupIdFits', context({ groupId: new Uint8Array(65) })],
    ['transcriptIsEmpty', context({ confirmedTranscriptHash: new Uint8Array(32) })],
    ['treeHashMatches', context({ treeHash: new Uint8Array(32) })],
    ['signerIsFirstLeaf', (info) => ({ ...info, signer: 1 })],
    ['confirmationTagIsAMac', (info) => ({ ...info, confirmationTag: new Uint8Array(31) })],
    ['groupInfoHasExternalPub', extension('external_pub', undefined)],
    ['externalPubIsUsable', extension('external_pub', new Uint8Array(31).fill(9))],
    ['externalPubIsUsable', extension('external_pub', new Uint8Array(32))],
    ['groupInfoHasRatchetTree', extension('ratchet_tree', undefined)],
    ['lastNodeIsNotBlank', extension('ratchet_tree', Uint8Array.of(0))],
    ['onlyTheCreator', extension('ratchet_tree', new Uint8Array(70_000))],
    [
      'extensionTypesAreUnique',
      (info) => ({ ...info, extensions: [...info.extensions, info.extensions[0]!] }),
    ],
    [
      'extensionsBelongInContext',
      context({ extensions: [{ extensionType: 'ratchet_tree', extensionData: new Uint8Array() }] }),
    ],
    [
      'supportsGroupExtensions',
      context({ extensions: [{ extensionType: 0xf00d, extensionData: new Uint8Array() }] }),
    ],
    [
      'complete',
      context({
        extensions: [{ extensionType: 'required_capabilities', extensionData: Uint8Array.of(2) }],
      }),
    ],
    [
      'hasRequiredCapabilities',
      context({
        extensions: [
          {
            extensionType: 'required_capabilities',
            extensionData: Uint8Array.of(2, 0xf0, 0, 0, 0),
          },
        ],
      }),
    ],
  ]

  test.each(faults)('by %s, though it is signed', async (rule, change) => {
    expect(open(await resignGroupInfo(alice, genesis, (same) => same))).toMatchObject({ ok: true })
    expect(open(await resignGroupInfo(alice, genesis, change))).toMatchObject({
      refusal: { error: 'InvalidGroupInfo', rule },
    })
  })

  test('with a second member in its tree', async () => {
    const bob = await createDevice({ did: didOf(2), deviceId: 'phone' })
    await group.commit({ add: [(await bob.keyPackage()).bytes] })
    group.adopt()
    const ratchetTree = encodeRatchetTree(group.state.ratchetTree)
    const changed = await resignGroupInfo(alice, genesis, extension('ratchet_tree', ratchetTree))
    expect(open(changed)).toMatchObject({ refusal: { rule: 'onlyTheCreator' } })
    expect(open(await group.groupInfo())).toMatchObject({ refusal: { rule: 'epochIsZero' } })
  })

  test('when it is not the creator who sends it', () => {
    expect(open(genesis, { creator: didOf(9) })).toMatchObject({
      refusal: { error: 'InvalidGroupInfo', rule: 'leafIsTheCreators' },
    })
  })

  test('with a suite that is not offered', () => {
    const others = SUITE_NAMES.filter((name) => name !== alice.suite.name)
    expect(open(genesis, { suites: others })).toMatchObject({
      refusal: { error: 'InvalidCipherSuite', rule: 'suiteIsOffered' },
    })
  })

  test.each([
    ['lifetimeIsShort', 91 * 86_400],
    ['lifetimeHasNotEnded', 3_600],
  ])('when its leaf breaks %s', async (rule, seconds) => {
    const leaf = { lifetime: lifetimeFromNow(seconds) }
    const made = await TestGroup.create(alice, GROUP_ID, { leaf })
    expect(open(await made.groupInfo())).toMatchObject({ refusal: { rule } })
  })

  test('with a leaf that another key signed', async () => {
    const mallory = await createDevice({ did: DID, deviceId: 'phone' })
    const leaf = { leafSignKey: mallory.signKey }
    const made = await TestGroup.create(alice, GROUP_ID, { leaf })
    expect(open(await made.groupInfo())).toMatchObject({ refusal: { rule: 'leafSignature' } })
    expect(open(await resignGroupInfo(mallory, genesis, (same) => same))).toMatchObject({
      refusal: { rule: 'groupInfoSignature' },
    })
  })

  test('with a byte after it, a long length, or any bit turned over', () => {
    expect(open(withTrailingByte(genesis))).toMatchObject({ refusal: { rule: 'noTrailingBytes' } })
    expect(open(withLongLength(genesis))).toMatchObject({
      refusal: { rule: 'lengthHeaderIsShortest' },
    })
    for (let at = 0; at < genesis.length; at++) {
      expect(open(flipBit(genesis, at)).ok, `byte ${at}`).toBe(false)
    }
  })
})

test('an external_pub may be under a length, as RFC 9420 has it', async () => {
  const wrapped = await resignGroupInfo(alice, genesis, (info) => ({
    ...info,
    extensions: info.extensions.map((one) =>
      one.extensionType === 'external_pub'
        ? { ...one, extensionData: Uint8Array.of(32, ...one.extensionData) }
        : one,
    ),
  }))
  expect(open(wrapped)).toMatchObject({ ok: true })
})

function open(
  bytes: Uint8Array,
  { creator = DID, suites = SUITE_NAMES }: { creator?: Did; suites?: readonly string[] } = {},
) {
  return openGenesis(bytes, { now: new Date(), creator, suites })
}
