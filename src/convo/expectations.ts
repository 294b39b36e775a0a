import { InvalidCommitError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import type { VerifiedCommit } from '../mls/verify-commit.js'
import type { RosterChange } from './effects.js'

/** What a request said of its commit (`didList`) is compared with what the commit does; it decides nothing. */
export type Expectation = (roster: RosterChange, commit: VerifiedCommit) => void

export function expectAdded(didList: readonly Did[] | undefined): Expectation | undefined {
  if (!didList) return undefined
  return (_roster, commit) => {
    const added = commit.added.map(({ leaf }) => leaf.did)
    requireSame('adds', didList, added)
  }
}

export function expectRemoved(didList: readonly Did[] | undefined): Expectation | undefined {
  if (!didList) return undefined
  return ({ effects }) =>
    requireSame(
      'removes',
      didList,
      effects.accountsRemoved.map(({ did }) => did),
    )
}

function requireSame(verb: string, said: readonly Did[], done: readonly Did[]): void {
  const difference = new Set(said).symmetricDifference(new Set(done))
  if (difference.size === 0) return
  throw new InvalidCommitError(
    `didList names other accounts than the commit ${verb}: ${[...difference].join(', ')} (didList, protocol §4)`,
  )
}
