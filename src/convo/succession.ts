import type { Tx } from '../db/types.js'
import type { Did } from '../lib/ids.js'
import { readLeaves } from './leaves.js'
import type { LockedConvo } from './lock.js'
import type { MemberRow } from './members.js'

/**
 * Who becomes admin of the members that stay, where none of them is: the one with the lowest
 * (`joinedSeq`, leafIndex), one without a leaf last.
 */
export async function successor(
  tx: Tx,
  convo: LockedConvo,
  rest: readonly MemberRow[],
): Promise<Did | undefined> {
  if (rest.length === 0 || rest.some(({ role }) => role === 'admin')) return undefined
  const firstLeaf = new Map<Did, number>()
  for (const { did, leaf_index, pending_reason } of await readLeaves(tx, convo.convo_id)) {
    if (pending_reason === null && !firstLeaf.has(did)) firstLeaf.set(did, leaf_index)
  }
  const leafOf = ({ did }: MemberRow) => firstLeaf.get(did) ?? Infinity
  const hasNoLeaf = (member: MemberRow) => Number(leafOf(member) === Infinity)
  const [first] = [...rest].sort(
    (a, b) => hasNoLeaf(a) - hasNoLeaf(b) || a.joined_seq - b.joined_seq || leafOf(a) - leafOf(b),
  )
  return first?.did
}
