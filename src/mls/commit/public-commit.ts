import { accept, type Verdict } from '../../lib/verdict.js'
import { describeLeaf } from '../leaf.js'
import { PublicGroup } from '../public-group.js'
import type { RatchetTree } from '../tree/ratchet-tree.js'
import type { Fault, MlsVerdict } from '../verdict.js'
import { detached } from '../wire/bytes.js'
import { applyProposals, type Proposed } from './apply-proposals.js'
import { authenticate, type AuthenticCommit } from './authenticate.js'
import { checkAdded } from './check-added.js'
import { checkNextGroupInfo } from './check-next-group-info.js'
import { checkProposals } from './check-proposals.js'
import { describeAdded } from './describe-added.js'
import { invalidCommit, type Change, type CommitExpectation } from './expectation.js'
import { mergePath } from './merge-path.js'
import { nextConfirmedTranscriptHash, nextContext } from './next-epoch.js'
import type { Proposals } from './proposals.js'
import type { VerifiedCommit } from './verified-commit.js'

/**
 * A commit as a PublicMessage, by all that RFC 9420 lets a party without secrets check (§12.4.2,
 * §12.4.3.2).
 */
export function verifyPublicCommit(
  group: PublicGroup,
  change: Change,
  { now, sender }: CommitExpectation,
): MlsVerdict<VerifiedCommit> {
  const { suite } = group.tree
  const authentic = authenticate(group, change.commit, sender)
  if (!authentic.ok) return authentic
  const { message, commit, committer } = authentic.value
  const checked = checkProposals(group, authentic.value)
  if (!checked.ok) return checked
  const proposals = checked.value
  const packages = checkAdded(proposals.adds, change.welcome, suite, now)
  if (!packages.ok) return packages

  const external = committer.kind === 'external'
  const proposed = applyProposals(group.tree, group.context, {
    ...proposals,
    adds: external ? [committer.leaf] : proposals.adds.map(({ leafNode }) => leafNode),
  })
  if (!proposed.ok) return proposed
  const leafIndex = external ? proposed.value.added[0]! : committer.leafIndex
  const merged = merge(group, authentic.value, proposals, proposed.value, leafIndex)
  if (!merged.ok) return invalidCommit(merged.refusal)

  const tree = merged.value
  const transcript = nextConfirmedTranscriptHash(group, message)
  const context = nextContext(group, tree, transcript, proposed.value.extensionBytes)
  const next = new PublicGroup(context, tree, detached(message.confirmationTag!))
  const after = describeLeaf(tree.leaf(leafIndex)!, leafIndex)
  const stated = checkNextGroupInfo(change.groupInfo, next, after)
  if (!stated.ok) return stated

  return accept({
    next,
    framing: 'public',
    external,
    committer: after,
    added: describeAdded(proposals.adds, packages.value.refs, proposed.value.added),
    removed: proposals.removes.map((at) => describeLeaf(group.tree.leaf(at)!, at)),
    committerUpdated: commit.path !== undefined,
    contextExtensionsChanged: proposals.contextExtensions !== undefined,
    welcomeRefs: packages.value.welcomeRefs,
  })
}

/** The tree after the update path, if there is one. */
function merge(
  group: PublicGroup,
  { commit: { path }, committer }: AuthenticCommit,
  { removes }: Proposals,
  proposed: Proposed,
  leafIndex: number,
): Verdict<RatchetTree, Fault> {
  if (path === undefined) return accept(proposed.tree)
  const formerIndex = committer.kind === 'member' ? leafIndex : removes[0]
  const former = formerIndex === undefined ? undefined : group.tree.leaf(formerIndex)
  return mergePath(group, proposed, { leafIndex, former, ...path })
}
