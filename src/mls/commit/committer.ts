import type { Did } from '../../lib/ids.js'
import { accept, refuse, type Verdict } from '../../lib/verdict.js'
import { parseIdentity } from '../credential.js'
import type { RatchetTree } from '../tree/ratchet-tree.js'
import { fault, type Fault } from '../verdict.js'
import type { Commit } from '../wire/commit.js'
import type { Sender } from '../wire/framing.js'
import type { LeafNode } from '../wire/leaf-node.js'

/** Who signs a public commit: the leaf that the tree has, or the one that an outsider brings. */
export type Committer =
  { kind: 'member'; leafIndex: number; leaf: LeafNode } | { kind: 'external'; leaf: LeafNode }

/** RFC 9420 §6.1: the leaf whose key must verify the commit; it must be the caller's. */
export function findCommitter(
  sender: Sender,
  { path }: Commit,
  tree: RatchetTree,
  caller: Did,
): Verdict<Committer, Fault> {
  const committer = committerOf(sender, path?.leafNode, tree)
  if ('rule' in committer) return refuse(committer)
  if (parseIdentity(committer.leaf.identity)?.did !== caller) return refuse(rules.senderIsTheCaller)
  return accept(committer)
}

function committerOf(
  sender: Sender,
  pathLeaf: LeafNode | undefined,
  tree: RatchetTree,
): Committer | Fault {
  switch (sender.type) {
    case 'member': {
      const { leafIndex } = sender
      const leaf = tree.leaf(leafIndex)
      return leaf === undefined ? rules.senderIsAMember : { kind: 'member', leafIndex, leaf }
    }
    case 'new_member_commit':
      return pathLeaf === undefined ? rules.joinerHasAPath : { kind: 'external', leaf: pathLeaf }
    case 'external':
    case 'new_member_proposal':
      return rules.senderMayCommit
  }
}

const rules = {
  senderIsAMember: fault(
    'senderIsAMember',
    'RFC 9420 §6.1',
    'The sender of the commit is a blank leaf, or beyond the tree.',
  ),
  senderIsTheCaller: fault(
    'senderIsTheCaller',
    'protocol §3',
    'The leaf that sends the commit is not of the account that sends it.',
  ),
  senderMayCommit: fault(
    'senderMayCommit',
    'RFC 9420 §12.4',
    'A commit is sent by a member, or by a new member as new_member_commit.',
  ),
  joinerHasAPath: fault(
    'joinerHasAPath',
    'RFC 9420 §12.4.3.2',
    'An external commit has an update path.',
  ),
}
