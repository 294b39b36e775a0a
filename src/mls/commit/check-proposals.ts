import { accept } from '../../lib/verdict.js'
import type { PublicGroup } from '../public-group.js'
import { fault, type MlsVerdict } from '../verdict.js'
import { equalBytes } from '../wire/bytes.js'
import type { AuthenticCommit } from './authenticate.js'
import { invalidCommit } from './expectation.js'
import {
  externalListFault,
  memberListFault,
  requiresPath,
  sortProposals,
  type Proposals,
} from './proposals.js'

/** The proposal list of a public commit (RFC 9420 §12.2), before it is applied. */
export function checkProposals(
  { tree }: PublicGroup,
  { commit, committer }: AuthenticCommit,
): MlsVerdict<Proposals> {
  const { suite } = tree
  const sorted = sortProposals(commit.proposals, suite)
  if (!sorted.ok) return invalidCommit(sorted.refusal)
  const proposals = sorted.value
  const broken =
    committer.kind === 'member'
      ? memberListFault(proposals, committer.leafIndex)
      : externalListFault(proposals, suite)
  if (broken !== undefined) return invalidCommit(broken)
  if (proposals.removes.some((leafIndex) => tree.leaf(leafIndex) === undefined)) {
    return invalidCommit(rules.removesAMember)
  }
  if (requiresPath(proposals) && commit.path === undefined)
    return invalidCommit(rules.pathIsPresent)
  // RFC 9420 §12.2 lets a joiner remove an old version of itself: here, a leaf of its device.
  const removesAnother =
    committer.kind === 'external' &&
    proposals.removes.some((at) => !equalBytes(tree.leaf(at)!.identity, committer.leaf.identity))
  if (removesAnother) return invalidCommit(rules.removesOwnLeaf)
  return accept(proposals)
}

const rules = {
  removesAMember: fault(
    'removesAMember',
    'RFC 9420 §12.1.3',
    'A Remove names a leaf that is blank or beyond the tree.',
  ),
  pathIsPresent: fault(
    'pathIsPresent',
    'RFC 9420 §12.4',
    'The commit has no update path, though its proposals ask for one or there are none.',
  ),
  removesOwnLeaf: fault(
    'removesOwnLeaf',
    'RFC 9420 §12.2',
    'An external commit removes the leaf of another device.',
  ),
}
