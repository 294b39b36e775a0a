import { identityOf, readPublicMessage } from '../mls/index.js'

/** What one commit did to the accounts of a conversation. */
export interface RosterChange {
  seq: number
  joined: string[]
  removed: string[]
}

/** Members and devices as the commits of a log make them, found without the service's own code. */
export interface Roster {
  /** `<did>#<deviceId>` by leaf index; undefined where a leaf is blank. */
  leaves: (string | undefined)[]
  /** Intervals of each account, both ends included; an open one has no end. */
  intervals: Map<string, { joinedSeq: number; leftSeq?: number }[]>
  changes: RosterChange[]
}

/** Replays PublicMessage commits whose proposals are by value, from a tree of the creator alone. */
export function replayRoster(creator: string, commits: Iterable<ReplayedCommit>): Roster {
  const leaves: (string | undefined)[] = [creator]
  const changes: RosterChange[] = []
  const intervals: Roster['intervals'] = new Map([[accountOf(creator), [{ joinedSeq: 1 }]]])
  for (const { seq, ciphertext } of commits) {
    const before = accountsIn(leaves)
    apply(leaves, ciphertext)
    const after = accountsIn(leaves)
    const joined = [...after].filter((did) => !before.has(did))
    const removed = [...before].filter((did) => !after.has(did))
    for (const did of joined)
      intervals.set(did, [...(intervals.get(did) ?? []), { joinedSeq: seq }])
    for (const did of removed) intervals.get(did)!.at(-1)!.leftSeq = seq
    changes.push({ seq, joined, removed })
  }
  return { leaves, intervals, changes }
}

export function accountOf(identity: string): string {
  return identity.split('#')[0]!
}

/** Removes first, then Adds, each into the leftmost blank leaf (RFC 9420 §12.3 and §7.7). */
function apply(leaves: (string | undefined)[], ciphertext: Uint8Array): void {
  const { content } = readPublicMessage(ciphertext)
  if (content.contentType !== 'commit') throw new Error('not a commit')
  const proposals = content.commit.proposals.map((each) => {
    if (each.proposalOrRefType !== 'proposal') throw new Error('a reference in a commit')
    return each.proposal
  })
  for (const proposal of proposals) {
    if (proposal.proposalType === 'remove') leaves[proposal.remove.removed] = undefined
  }
  for (const proposal of proposals) {
    if (proposal.proposalType !== 'add') continue
    const blank = leaves.indexOf(undefined)
    const index = blank < 0 ? leaves.length : blank
    leaves[index] = identityOf(proposal.add.keyPackage.leafNode.credential)
  }
}

function accountsIn(leaves: readonly (string | undefined)[]): Set<string> {
  return new Set(leaves.flatMap((identity) => (identity === undefined ? [] : accountOf(identity))))
}

export interface ReplayedCommit {
  seq: number
  ciphertext: Uint8Array
}
