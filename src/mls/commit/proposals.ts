import { accept, refuse, type Verdict } from '../../lib/verdict.js'
import { kemOutputBytes } from '../hpke-key.js'
import type { Suite } from '../suite.js'
import { fault, type Fault } from '../verdict.js'
import { hexOf } from '../wire/bytes.js'
import type { ProposalOrRef } from '../wire/commit.js'
import type { Extension } from '../wire/extension.js'
import type { KeyPackage } from '../wire/key-package.js'
import type { PreSharedKeyId } from '../wire/proposal.js'

/** The proposals of a commit by their type; those of one type in their order. */
export interface Proposals {
  adds: KeyPackage[]
  /** Leaf indices. */
  removes: number[]
  psks: PreSharedKeyId[]
  /** KEM outputs. */
  externalInits: Uint8Array[]
  contextExtensions?: { extensions: Extension[]; bytes: Uint8Array }
}

/** Sorts a proposal list, by the rules of RFC 9420 §12.2 that hold for every commit here. */
export function sortProposals(
  list: readonly ProposalOrRef[],
  suite: Suite,
): Verdict<Proposals, Fault> {
  const sorted: Proposals = { adds: [], removes: [], psks: [], externalInits: [] }
  for (const proposal of list) {
    const broken = sort(proposal, sorted)
    if (broken !== undefined) return refuse(broken)
  }
  const broken = pskFault(sorted.psks, suite) ?? initKeyFault(sorted.adds)
  return broken === undefined ? accept(sorted) : refuse(broken)
}

/** A path must be there for an empty list and for these types (RFC 9420 §12.4). */
export function requiresPath(proposals: Proposals): boolean {
  const { adds, removes, psks, externalInits, contextExtensions } = proposals
  const isEmpty = adds.length === 0 && psks.length === 0
  return (
    removes.length > 0 || externalInits.length > 0 || contextExtensions !== undefined || isEmpty
  )
}

/** RFC 9420 §12.2, for a commit by a member. */
export function memberListFault(
  { removes, externalInits }: Proposals,
  committer: number,
): Fault | undefined {
  if (externalInits.length > 0) return rules.noExternalInit
  if (removes.includes(committer)) return rules.committerStays
  if (new Set(removes).size < removes.length) return rules.removesAreUnique
  return undefined
}

/** RFC 9420 §12.2, for an external commit. Whose leaf the Remove may name is checked elsewhere. */
export function externalListFault(
  { adds, removes, externalInits, contextExtensions }: Proposals,
  suite: Suite,
): Fault | undefined {
  if (externalInits.length !== 1) return rules.oneExternalInit
  if (removes.length > 1) return rules.atMostOneRemove
  if (adds.length > 0 || contextExtensions !== undefined) return rules.onlyExternalProposals
  if (externalInits[0]!.length !== kemOutputBytes(suite)) return rules.kemOutputFits
  return undefined
}

function sort(proposal: ProposalOrRef, into: Proposals): Fault | undefined {
  switch (proposal.type) {
    case 'reference':
      return rules.proposalsAreByValue
    case 'reinit':
      return rules.noReInit
    case 'update':
      return rules.noUpdateByCommitter
    case 'add':
      into.adds.push(proposal.keyPackage)
      return undefined
    case 'remove':
      into.removes.push(proposal.leafIndex)
      return undefined
    case 'psk':
      into.psks.push(proposal.psk)
      return undefined
    case 'external_init':
      into.externalInits.push(proposal.kemOutput)
      return undefined
    case 'group_context_extensions': {
      if (into.contextExtensions !== undefined) return rules.oneContextExtensions
      const { extensions, bytes } = proposal
      into.contextExtensions = { extensions, bytes }
      return undefined
    }
    default:
      return proposal satisfies never
  }
}

/** RFC 9420 §12.1.4, §12.2. */
function pskFault(psks: readonly PreSharedKeyId[], suite: Suite): Fault | undefined {
  if (psks.some(({ usage }) => usage === 'reinit' || usage === 'branch')) return rules.pskUsage
  if (psks.some(({ nonce }) => nonce.length !== suite.secretBytes)) return rules.pskNonceFits
  const ids = new Set(psks.map(({ bytes }) => hexOf(bytes)))
  return ids.size < psks.length ? rules.psksAreUnique : undefined
}

function initKeyFault(adds: readonly KeyPackage[]): Fault | undefined {
  const keys = new Set(adds.map(({ initKey }) => hexOf(initKey)))
  return keys.size < adds.length ? rules.initKeysAreUnique : undefined
}

const LIST = 'RFC 9420 §12.2'

const rules = {
  proposalsAreByValue: fault(
    'proposalsAreByValue',
    'protocol §4',
    'The commit refers to a proposal; put all proposals into the commit by value.',
  ),
  noReInit: fault('noReInit', 'protocol §3', 'Nobody may commit a ReInit; use resetConvo.'),
  noUpdateByCommitter: fault(
    'noUpdateByCommitter',
    LIST,
    'The commit has an Update of the committer; send an update path instead.',
  ),
  oneContextExtensions: fault(
    'oneContextExtensions',
    LIST,
    'The commit has several GroupContextExtensions proposals.',
  ),
  noExternalInit: fault(
    'noExternalInit',
    LIST,
    'A commit by a member has an ExternalInit proposal.',
  ),
  committerStays: fault('committerStays', LIST, 'The commit removes the committer.'),
  removesAreUnique: fault('removesAreUnique', LIST, 'The commit removes one leaf twice.'),
  oneExternalInit: fault(
    'oneExternalInit',
    LIST,
    'An external commit has exactly one ExternalInit proposal.',
  ),
  atMostOneRemove: fault('atMostOneRemove', LIST, 'An external commit has several Removes.'),
  onlyExternalProposals: fault(
    'onlyExternalProposals',
    LIST,
    'An external commit has an Add or a GroupContextExtensions proposal.',
  ),
  kemOutputFits: fault(
    'kemOutputFits',
    'RFC 9420 §8.3',
    'The kem_output does not have the size that the cipher suite makes it.',
  ),
  pskUsage: fault(
    'pskUsage',
    'RFC 9420 §12.1.4',
    'A PreSharedKey proposal is for a reinitialization or a branch.',
  ),
  pskNonceFits: fault(
    'pskNonceFits',
    'RFC 9420 §12.1.4',
    'A psk_nonce does not have KDF.Nh bytes.',
  ),
  psksAreUnique: fault('psksAreUnique', LIST, 'The commit names one PreSharedKeyID twice.'),
  initKeysAreUnique: fault(
    'initKeysAreUnique',
    'RFC 9420 §10',
    'Two of the added key packages have the same init_key.',
  ),
}
