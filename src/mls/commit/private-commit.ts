import { accept, type Verdict } from '../../lib/verdict.js'
import { describeLeaf } from '../leaf.js'
import { PublicGroup } from '../public-group.js'
import type { RatchetTree } from '../tree/ratchet-tree.js'
import { directPath, nodeOfLeaf } from '../tree/treemath.js'
import { fault, type Fault, type MlsVerdict } from '../verdict.js'
import { detached, equalBytes } from '../wire/bytes.js'
import type { GroupInfo } from '../wire/group-info.js'
import { applyProposals, type Proposed } from './apply-proposals.js'
import { checkNextGroupInfo } from './check-next-group-info.js'
import { describeAdded } from './describe-added.js'
import { invalidCommit, type Change, type CommitExpectation } from './expectation.js'
import { mergePath } from './merge-path.js'
import { namedPackages } from './named-packages.js'
import { nextContext } from './next-epoch.js'
import { readPrivateCommit, type PrivateCommit } from './read-private.js'
import { treeDifference, type TreeDifference } from './tree-difference.js'
import type { VerifiedCommit } from './verified-commit.js'
import { welcomeRecipients } from './welcome-recipients.js'

/**
 * A commit as a PrivateMessage: its content is encrypted, so it is judged by the GroupInfo that the
 * committer signs. What differs between the trees tells the proposals; applied by the rules of a
 * public commit they must give the new tree to the byte, parent hashes and signatures included.
 *
 * Not seen: the proposals themselves (an Update, a reference, a PSK, a ReInit), the transcript, and
 * how many ciphertexts a path has.
 */
export function verifyPrivateCommit(
  group: PublicGroup,
  change: Change,
  { now, sender, keyPackages = NO_PACKAGES }: CommitExpectation,
): MlsVerdict<VerifiedCommit> {
  const { suite } = group.tree
  const read = readPrivateCommit(group, change, sender)
  if (!read.ok) return read
  const { info, signer } = read.value
  const compared = treeDifference(group.tree, read.value.nodes, signer)
  if (!compared.ok) return invalidCommit(compared.refusal)
  const difference = compared.value
  const contextExtensions = changedExtensions(info, group)
  const needsPath = difference.removes.length > 0 || contextExtensions !== undefined
  if (needsPath && difference.pathLeaf === undefined) return invalidCommit(PATH_IS_PRESENT)

  const recipients = welcomeRecipients(change.welcome, difference.adds.length, suite)
  if (!recipients.ok) return recipients
  const named = namedPackages(difference.adds, recipients.value, keyPackages, suite, now)
  if (!named.ok) return named

  const proposed = applyProposals(group.tree, group.context, { ...difference, contextExtensions })
  if (!proposed.ok) return proposed
  const merged = merge(group, read.value, difference, proposed.value)
  if (!merged.ok) return invalidCommit(merged.refusal)
  const tree = merged.value
  const { confirmedTranscriptHash } = info.context
  const context = nextContext(group, tree, confirmedTranscriptHash, proposed.value.extensionBytes)
  const next = new PublicGroup(context, tree, detached(info.confirmationTag))
  const after = describeLeaf(tree.leaf(signer)!, signer)
  const stated = checkNextGroupInfo(change.groupInfo, next, after)
  if (!stated.ok) return stated

  return accept({
    next,
    framing: 'private',
    external: false,
    committer: after,
    added: describeAdded(named.value.packages, named.value.refs, proposed.value.added),
    removed: difference.removes.map((at) => describeLeaf(group.tree.leaf(at)!, at)),
    committerUpdated: difference.pathLeaf !== undefined,
    contextExtensionsChanged: contextExtensions !== undefined,
    welcomeRefs: recipients.value,
  })
}

const NO_PACKAGES: ReadonlyMap<string, Uint8Array> = new Map()

function changedExtensions({ context }: GroupInfo, group: PublicGroup) {
  const { extensions, extensionBytes: bytes } = context
  return equalBytes(bytes, group.context.extensionBytes) ? undefined : { extensions, bytes }
}

/** The path's keys are those that the new tree has above the committer's leaf. */
function merge(
  group: PublicGroup,
  { nodes, signer: leafIndex }: PrivateCommit,
  { pathLeaf }: TreeDifference,
  proposed: Proposed,
): Verdict<RatchetTree, Fault> {
  if (pathLeaf === undefined) return accept(proposed.tree)
  const former = group.tree.leaf(leafIndex)
  const above = directPath(nodeOfLeaf(leafIndex), proposed.tree.width).map((at) => nodes[at])
  return mergePath(group, proposed, {
    leafIndex,
    leafNode: pathLeaf,
    former,
    nodes: above.filter((node) => node?.kind === 'parent'),
  })
}

const PATH_IS_PRESENT = fault(
  'pathIsPresent',
  'RFC 9420 §12.4',
  'The commit has no update path, though what it does asks for one.',
)
