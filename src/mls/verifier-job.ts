import { accept } from '../lib/verdict.js'
import { openStored } from './open-stored.js'
import { openUntrusted } from './open-untrusted.js'
import { OverBudgetError, withinBudget } from './time-budget.js'
import { fault, refuseMls, type MlsVerdict } from './verdict.js'
import {
  verifyCommit,
  type Change,
  type CommitExpectation,
  type VerifiedCommit,
} from './verify-commit.js'

/** What another thread is to verify; everything in it can be cloned. */
export type VerifierJob =
  | {
      kind: 'commit'
      /** The group as `openStored` reads it. */
      group: Uint8Array
      change: Change
      expectation: CommitExpectation
    }
  | { kind: 'untrusted'; groupInfo: Uint8Array }

/**
 * The state of a group is not sent back: where the verdict is good, the GroupInfo of the job was
 * proved to be it. Of a commit comes what it does.
 */
export type VerifierResult = MlsVerdict<CommitEffects | undefined>
export type CommitEffects = Omit<VerifiedCommit, 'next'>

/** Answers also when the job takes longer than `budgetMs`, and soon after it does. */
export function runJob(job: VerifierJob, budgetMs: number): VerifierResult {
  try {
    return withinBudget(budgetMs, () => verify(job))
  } catch (thrown) {
    if (thrown instanceof OverBudgetError) return OVER_BUDGET
    throw thrown
  }
}

export const OVER_BUDGET = refuseMls(
  'TooLarge',
  fault(
    'verificationBudget',
    'limits',
    'Verifying the commit takes too long; add fewer devices at once, or try again later.',
  ),
)

function verify(job: VerifierJob): VerifierResult {
  switch (job.kind) {
    case 'untrusted': {
      const verdict = openUntrusted(job.groupInfo)
      return verdict.ok ? accept(undefined) : verdict
    }
    case 'commit': {
      const verdict = verifyCommit(openStored(job.group), job.change, job.expectation)
      if (!verdict.ok) return verdict
      const effects: Partial<VerifiedCommit> = { ...verdict.value }
      delete effects.next
      return accept(effects as CommitEffects)
    }
    default:
      return job satisfies never
  }
}
