import { randomBytes } from 'node:crypto'
import { ratchetTreeFromExtension, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { verifyKeyPackage } from 'ts-mls/keyPackage.js'
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js'
import type { LeafNodeKeyPackage } from 'ts-mls/leafNode.js'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  basicCredential,
  checkTree,
  createDevice,
  decodeMessage,
  forgeCommit,
  hex,
  identityOf,
  keyPackageRef,
  readGroupInfo,
  readKeyPackage,
  resignGroupInfo,
  TestGroup,
  withLongLength,
  withTrailingByte,
} from '../../support/mls/index.js'
import type { KeyPackageOptions, TestDevice } from '../../support/mls/index.js'

let alice: TestDevice
let bob: TestDevice
let ofAlice: TestGroup
let ofBob: TestGroup

beforeAll(async () => {
  alice = await createDevice({ did: 'did:web:alice.example', deviceId: 'phone' })
  bob = await createDevice({ did: 'did:web:bob.example', deviceId: 'phone' })
  ofAlice = await TestGroup.create(alice, randomBytes(16))
  const change = await ofAlice.commit({ add: [(await bob.keyPackage()).bytes] })
  ofAlice.adopt()
  ofBob = await TestGroup.join(bob, change.welcome!)
})

describe('key packages that are made wrong', () => {
  const signed = async (options: KeyPackageOptions) => {
    const { keyPackage } = await bob.keyPackage(options)
    const leaf = keyPackage.leafNode as LeafNodeKeyPackage
    const { signature } = bob.suite
    return [
      await verifyKeyPackage(keyPackage, signature),
      await verifyLeafNodeSignatureKeyPackage(leaf, signature),
    ]
  }

  it('are signed as they stand', async () => {
    expect(await signed({})).toEqual([true, true])
    expect(await signed({ credential: basicCredential('did:web:eve.example#x') })).toEqual([
      true,
      true,
    ])
    expect(await signed({ sameKeys: true, lastResort: true })).toEqual([true, true])
  })

  it('or not signed by their key, where that is the fault', async () => {
    expect(await signed({ signKey: alice.signKey })).toEqual([false, true])
    expect(await signed({ leafSignKey: alice.signKey })).toEqual([true, false])
  })

  it('have the reference of the inner KeyPackage', async () => {
    const built = await bob.keyPackage()
    expect(await keyPackageRef(readKeyPackage(built.bytes), bob.suite)).toBe(built.ref)
    expect(built.ref).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('a forged commit', () => {
  it('without a fault is an honest one', async () => {
    const change = await forgeCommit(ofAlice)
    const before = hex(ofBob.context)
    const witness = await witnessOf(ofBob)
    expect(await witness.process(change.commit)).toBe('applied')
    const { groupContext } = readGroupInfo(change.groupInfo)
    expect(hex(groupContext.treeHash)).toBe(hex(witness.state.groupContext.treeHash))
    expect(hex(groupContext.confirmedTranscriptHash)).toBe(
      hex(witness.state.groupContext.confirmedTranscriptHash),
    )
    expect(hex(ofBob.context)).toBe(before)
  })

  it('carries a changed leaf through to tree and GroupInfo, so that it alone is wrong', async () => {
    const change = await forgeCommit(
      ofAlice,
      {},
      { leaf: (leaf) => ({ ...leaf, credential: basicCredential('did:web:eve.example#x') }) },
    )
    const info = readGroupInfo(change.groupInfo)
    const tree = ratchetTreeFromExtension(info)!
    const leaf = tree[ofAlice.leafIndex * 2]
    expect(leaf?.nodeType === 'leaf' && identityOf(leaf.leaf.credential)).toBe(
      'did:web:eve.example#x',
    )
    await checkTree(tree, info.groupContext, alice.suite)
    expect(await verifyGroupInfoSignature(info, alice.publicKey, alice.suite.signature)).toBe(true)
  })

  it('by another sender, with no path, or with a rule broken is refused by a member', async () => {
    const remove = { proposalType: 'remove' as const, remove: { removed: ofAlice.leafIndex } }
    const forgeries = [
      await forgeCommit(ofAlice, { draft: { sender: { senderType: 'member', leafIndex: 1 } } }),
      await forgeCommit(ofAlice, { draft: { withPath: false } }),
      await forgeCommit(ofAlice, { proposals: [remove] }),
      await forgeCommit(ofAlice, {}, { nodes: (nodes) => [...nodes, ...nodes] }),
      await forgeCommit(ofAlice, {}, { signature: (bytes) => bytes.with(0, bytes[0]! ^ 1) }),
    ]
    for (const { commit } of forgeries) {
      const witness = await witnessOf(ofBob)
      await expect(witness.process(commit)).rejects.toThrow()
    }
  })
})

describe('bytes that are changed', () => {
  it('still decode with a long length, to the same message', async () => {
    const { bytes } = await bob.keyPackage()
    const message = await ofAlice.encrypt('x')
    const samples = [bytes, message, await ofAlice.groupInfo(), (await forgeCommit(ofAlice)).commit]
    for (const sample of samples) {
      const longer = withLongLength(sample)
      expect(longer).toHaveLength(sample.length + 1)
      expect(decodeMessage(longer)).toEqual(decodeMessage(sample))
    }
  })

  it('do not decode with a byte after the end', async () => {
    const { bytes } = await bob.keyPackage()
    expect(() => decodeMessage(withTrailingByte(bytes))).toThrow(/bytes after/)
    expect(() => decodeMessage(bytes)).not.toThrow()
  })

  it('are a GroupInfo signed again', async () => {
    const info = await ofAlice.groupInfo()
    const changed = readGroupInfo(
      await resignGroupInfo(alice, info, (tbs) => ({
        ...tbs,
        groupContext: { ...tbs.groupContext, epoch: 99n },
      })),
    )
    expect(changed.groupContext.epoch).toBe(99n)
    const { signature } = alice.suite
    expect(await verifyGroupInfoSignature(changed, alice.publicKey, signature)).toBe(true)
    expect(await verifyGroupInfoSignature(changed, bob.publicKey, signature)).toBe(false)
  })
})

/** A copy of a group's state, to try a commit on. */
async function witnessOf(group: TestGroup): Promise<TestGroup> {
  return new TestGroup(group.device, group.state)
}
