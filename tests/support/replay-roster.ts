import { identityOf, decodeMessage } from './mls/index.js'

/**
 * Follows who has a leaf from the commits of a log alone. Undefined where one of them is encrypted.
 *
 * @param creators by generation: the account that has leaf 0 of each group.
 */
export function replayRoster(
  commits: readonly LoggedCommit[],
  creators: ReadonlyMap<number, string>,
): Replay | undefined {
  const replay: Replay = { gains: [], losses: [] }
  let generation = -1
  let leaves: (string | undefined)[] = []
  for (const { seq, ciphertext, ...commit } of commits) {
    if (commit.generation !== generation) {
      generation = commit.generation
      leaves = [creators.get(generation)!]
    }
    const message = decodeMessage(ciphertext!)
    if (message.wireformat !== 'mls_public_message') return undefined
    const { content } = message.publicMessage
    if (content.contentType !== 'commit') throw new Error(`seq ${seq} is no commit`)
    const { proposals, path } = content.commit
    const { sender } = content
    const joiner = path && identityOf(path.leafNode.credential)
    const external = sender.senderType === 'new_member_commit'
    const actor = external
      ? accountOf(joiner)
      : sender.senderType === 'member'
        ? accountOf(leaves[sender.leafIndex])
        : undefined
    if (actor === undefined) throw new Error(`seq ${seq} is by nobody in the tree`)

    // Of a creator only the account is known, until it commits with a path.
    if (!external && path && sender.senderType === 'member') leaves[sender.leafIndex] = joiner

    const gone: string[] = []
    const added: string[] = []
    for (const item of proposals) {
      if (item.proposalOrRefType !== 'proposal') throw new Error(`a reference at seq ${seq}`)
      const { proposal } = item
      if (proposal.proposalType === 'remove') {
        const name = leaves[proposal.remove.removed]
        if (name === undefined) throw new Error(`seq ${seq} removes nobody`)
        gone.push(name)
        leaves[proposal.remove.removed] = undefined
      } else if (proposal.proposalType === 'add') {
        added.push(identityOf(proposal.add.keyPackage.leafNode.credential))
      }
    }
    if (external) added.push(joiner!)
    for (const name of added) {
      const blank = leaves.indexOf(undefined)
      leaves[blank < 0 ? leaves.length : blank] = name
    }
    replay.gains.push(...added.map((name) => ({ seq, did: accountOf(name)! })))
    for (const did of new Set(gone.map((name) => accountOf(name)!))) {
      const stays = leaves.some((name) => accountOf(name) === did)
      const taken = gone.filter((name) => accountOf(name) === did)
      if (did !== actor && !stays) replay.losses.push({ seq, did, leaves: taken })
    }
  }
  return replay
}

function accountOf(name: string | undefined): string | undefined {
  return name?.split('#', 1)[0]
}

interface LoggedCommit {
  seq: number
  generation: number
  ciphertext: Uint8Array | null
}

interface Replay {
  /** Each leaf that an account got, by whatever way. */
  gains: { seq: number; did: string }[]
  /** Each account whose last leaf another's commit took, and which leaves it took. */
  losses: { seq: number; did: string; leaves: string[] }[]
}
