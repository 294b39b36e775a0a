import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import type { Did } from '../../../src/lib/ids.js'
import { suiteByName } from '../../../src/mls/suite.js'
import { encodeTree } from '../../../src/mls/tree/encode-tree.js'
import { leafTreeNode, parentNode, type TreeNode } from '../../../src/mls/tree/node.js'
import { OriginalTreeHashes } from '../../../src/mls/tree/original-tree-hash.js'
import { RatchetTree } from '../../../src/mls/tree/ratchet-tree.js'
import { parentHashOf } from '../../../src/mls/tree/tree-hash.js'
import {
  isLeafNode,
  leafOfNode,
  leftOf,
  rightOf,
  rootOf,
  spanOf,
  widthFor,
} from '../../../src/mls/tree/treemath.js'
import { makeGroupContext } from '../../../src/mls/wire/group-info.js'
import { readLeafNode, type LeafNode } from '../../../src/mls/wire/leaf-node.js'
import { Reader } from '../../../src/mls/wire/reader.js'
import { concat, opaque, u16, u32, u64, u8 } from '../../../src/mls/wire/writer.js'
import { didOf } from './story.js'

/**
 * - `blank`: nobody has committed since all were added
 * - `full`: every parent node is set; their parent hashes are made up
 * - `chained`: every parent node is set and parent-hash valid, and every second leaf is unmerged in
 *   all nodes above it, so that no original tree hash is the one that is known
 */
export type Shape = 'blank' | 'full' | 'chained'

export interface BuiltMember {
  did: Did
  deviceId: string
  leafIndex: number
  signatureKey: Uint8Array
  /** PKCS #8, as ts-mls takes it. */
  signKey: Uint8Array
  privateKey: KeyObject
}

export interface BuiltGroup {
  groupId: Uint8Array
  /** MLSMessage, signed by the first member. */
  groupInfo: Uint8Array
  members: BuiltMember[]
}

const SUITE = suiteByName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519')
const BASE_S = Math.floor(Date.now() / 1_000) - 3_600

/** A large group of the mandatory suite, made directly: through commits it would take minutes. */
export function buildGroup(count: number, shape: Shape): BuiltGroup {
  const groupId = randomBytes(32)
  const members = Array.from({ length: count }, (_, leafIndex) => makeMember(leafIndex))
  const nodes = shape === 'chained' ? chained(members, groupId) : filled(members, groupId, shape)
  return { groupId, members, groupInfo: groupInfoOf(groupId, nodes, members[0]!) }
}

function groupInfoOf(
  groupId: Uint8Array,
  nodes: (TreeNode | undefined)[],
  signer: BuiltMember,
): Uint8Array {
  const context = makeGroupContext({
    cipherSuite: SUITE.id,
    groupId,
    epoch: 7,
    treeHash: RatchetTree.of(SUITE, nodes).hash,
    confirmedTranscriptHash: randomBytes(32),
    extensionBytes: u8(0),
  })
  const extensions = concat([
    u16(4),
    opaque(randomBytes(32)),
    u16(2),
    opaque(opaque(encodeTree(nodes).bytes)),
  ])
  const tbs = concat([context.bytes, opaque(extensions), opaque(randomBytes(32)), u32(0)])
  const signature = signWithLabel(signer.privateKey, 'GroupInfoTBS', tbs)
  return concat([u16(1), u16(4), tbs, opaque(signature)])
}

function filled(
  members: readonly BuiltMember[],
  groupId: Uint8Array,
  shape: Shape,
): (TreeNode | undefined)[] {
  const nodes: (TreeNode | undefined)[] = []
  for (const member of members) {
    nodes[2 * member.leafIndex] = leafTreeNode(makeLeaf(member, groupId, undefined))
  }
  nodes.length = widthFor(nodes.length)
  return Array.from(nodes, (node, at) => {
    if (isLeafNode(at) || shape === 'blank' || spanOf(at)[0] >= 2 * members.length) return node
    return parentNode(randomBytes(32), randomBytes(32), [])
  })
}

/** Each parent was last set by the leftmost leaf below it, and the odd leaves came afterwards. */
function chained(members: readonly BuiltMember[], groupId: Uint8Array): (TreeNode | undefined)[] {
  const width = widthFor(2 * members.length - 1)
  const nodes = new Array<TreeNode | undefined>(width).fill(undefined)
  const build = (at: number, parentHash: Uint8Array): void => {
    if (isLeafNode(at)) {
      const member = members[leafOfNode(at)]
      const isUnmerged = leafOfNode(at) % 2 === 1
      if (member !== undefined) {
        nodes[at] = leafTreeNode(makeLeaf(member, groupId, isUnmerged ? undefined : parentHash))
      }
      return
    }
    const [first, last] = spanOf(at)
    const unmerged: number[] = []
    for (let leaf = leafOfNode(first) + 1; leaf <= leafOfNode(last); leaf += 2) {
      if (leaf < members.length) unmerged.push(leaf)
    }
    const isSet = leafOfNode(first) < members.length
    const node = isSet ? parentNode(randomBytes(32), parentHash, unmerged) : undefined
    nodes[at] = node
    build(rightOf(at), new Uint8Array())
    if (node === undefined) return
    const originals = new OriginalTreeHashes(new RatchetTree(SUITE, nodes))
    build(leftOf(at), parentHashOf(SUITE, node, originals.of(rightOf(at), unmerged)))
  }
  build(rootOf(width), new Uint8Array())
  return nodes
}

function makeMember(leafIndex: number): BuiltMember {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    did: didOf(leafIndex),
    deviceId: 'phone',
    leafIndex,
    signatureKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
    signKey: Uint8Array.from(privateKey.export({ type: 'pkcs8', format: 'der' })),
    privateKey,
  }
}

/** By a key package, or with a parent hash by a commit. */
function makeLeaf(
  { did, deviceId, leafIndex, signatureKey, privateKey }: BuiltMember,
  groupId: Uint8Array,
  parentHash: Uint8Array | undefined,
): LeafNode {
  const source =
    parentHash === undefined
      ? concat([u8(1), u64(BASE_S), u64(BASE_S + 60 * 86_400)])
      : concat([u8(3), opaque(parentHash)])
  const content = concat([
    opaque(randomBytes(32)),
    opaque(signatureKey),
    u16(1),
    opaque(Buffer.from(`${did}#${deviceId}`)),
    opaque(u16(1)),
    opaque(u16(SUITE.id)),
    opaque(u16(10)),
    opaque(new Uint8Array()),
    opaque(u16(1)),
    source,
    u8(0),
  ])
  const position = parentHash === undefined ? [] : [opaque(groupId), u32(leafIndex)]
  const signature = signWithLabel(privateKey, 'LeafNodeTBS', concat([content, ...position]))
  return readLeafNode(new Reader(concat([content, opaque(signature)])))
}

function signWithLabel(key: KeyObject, label: string, content: Uint8Array): Uint8Array {
  return sign(null, concat([opaque(Buffer.from(`MLS 1.0 ${label}`)), opaque(content)]), key)
}
