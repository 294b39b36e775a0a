import { accept } from '../lib/verdict.js'
import { openStored } from './open-stored.js'
import { openUntrusted } from './open-untrusted.js'
import type { MlsVerdict } from './verdict.js'
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

export function runJob(job: VerifierJob): VerifierResult {
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
