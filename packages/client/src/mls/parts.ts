import type { ClientState, SecretTree } from 'ts-mls'
import { encode } from 'ts-mls/codec/tlsEncoder.js'
import { decodeEpochReceiverData, epochReceiverDataEncoder } from 'ts-mls/epochReceiverData.js'
import type { EpochReceiverData } from 'ts-mls/epochReceiverData.js'
import { decodeSecretTree, secretTreeEncoder } from 'ts-mls/secretTree.js'
import { leafWidth, nodeWidth } from 'ts-mls/treemath.js'
import { MlsClientError } from '../errors.js'
import { packState, unpackState } from './config.js'

const NODES_PER_CHUNK = 32
const STATE = 'state'

/**
 * A group's state in parts: what an epoch brings is apart from the ratchets, which each message moves. The
 * whole of a group of 1,000 has 2 MiB with the epochs before; a message changes some KiB of it.
 *
 * ts-mls shares whatever stays as it is between one state and the next, so a part is to be written only if
 * one of the things that it is made `of` is another one.
 */
export function partsOf(state: ClientState): Part[] {
  const { groupContext, ratchetTree, keySchedule, privatePath } = state
  const { confirmationTag, groupActiveState, unappliedProposals } = state
  return [
    {
      name: STATE,
      of: [
        groupContext,
        ratchetTree,
        keySchedule,
        privatePath,
        confirmationTag,
        groupActiveState,
        unappliedProposals,
      ],
      bytes: () => packState({ ...state, secretTree: [], historicalReceiverData: new Map() }),
    },
    ...chunksOf(groupContext.epoch, state.secretTree),
    ...[...state.historicalReceiverData].flatMap(([epoch, former]) => [
      {
        name: `former/${epoch}`,
        of: [former.groupContext, former.ratchetTree, former.senderDataSecret],
        bytes: () => encode(epochReceiverDataEncoder)({ ...former, secretTree: [] }),
      },
      ...chunksOf(epoch, former.secretTree),
    ]),
  ]
}

/** The state that parts were made of; throws where one is missing or damaged. */
export function joinParts(parts: ReadonlyMap<string, Uint8Array>): ClientState {
  const state = unpackState(parts.get(STATE) ?? damaged(STATE))
  const former = new Map<bigint, EpochReceiverData>()
  for (const [name, bytes] of parts) {
    if (!name.startsWith('former/')) continue
    const [data] = decodeEpochReceiverData(bytes, 0) ?? damaged(name)
    const { epoch } = data.groupContext
    former.set(epoch, { ...data, secretTree: secretsOf(parts, epoch, data.ratchetTree.length) })
  }
  const { groupContext, ratchetTree } = state
  const secretTree = secretsOf(parts, groupContext.epoch, ratchetTree.length)
  // ts-mls forgets the oldest first.
  const inOrder = [...former].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { ...state, secretTree, historicalReceiverData: new Map(inOrder) }
}

function chunksOf(epoch: bigint, tree: SecretTree): Part[] {
  return Array.from({ length: Math.ceil(tree.length / NODES_PER_CHUNK) }, (_, at) => {
    const nodes = tree.slice(at * NODES_PER_CHUNK, (at + 1) * NODES_PER_CHUNK)
    return { name: chunkName(epoch, at), of: nodes, bytes: () => encode(secretTreeEncoder)(nodes) }
  })
}

function secretsOf(
  parts: ReadonlyMap<string, Uint8Array>,
  epoch: bigint,
  treeLength: number,
): SecretTree {
  const length = nodeWidth(leafWidth(treeLength))
  return Array.from({ length: Math.ceil(length / NODES_PER_CHUNK) }, (_, at) => {
    const name = chunkName(epoch, at)
    const [nodes] = decodeSecretTree(parts.get(name) ?? damaged(name), 0) ?? damaged(name)
    return nodes
  }).flat()
}

function chunkName(epoch: bigint, at: number): string {
  return `ratchets/${epoch}/${at}`
}

function damaged(name: string): never {
  throw new MlsClientError('storeKey', `a stored group is damaged: ${name}`)
}

export interface Part {
  /** Unique within the group. */
  name: string
  /** What it is made of: the same objects make the same part. */
  of: readonly unknown[]
  bytes(): Uint8Array
}
