import type { Did } from '../../lib/ids.js'
import { refuseMls, type Fault } from '../verdict.js'

/** A commit with what is sent beside it, as complete MLSMessages. */
export interface Change {
  commit: Uint8Array
  /** Of the epoch that the commit makes. */
  groupInfo: Uint8Array
  welcome?: Uint8Array | undefined
}

export interface CommitExpectation {
  now: Date
  /** The account that sends it. */
  sender: Did
  /** `public`: no PrivateMessage is taken. */
  framing: 'public' | 'any'
  /** Names of the suites that are in use here; a group keeps the one that it has. */
  suites: readonly string[]
  /**
   * For a PrivateMessage that adds someone: the published key packages (MLSMessages) by the
   * references that its welcome names, since the commit's own cannot be seen.
   */
  keyPackages?: ReadonlyMap<string, Uint8Array> | undefined
}

export function invalidCommit(fault: Fault) {
  return refuseMls('InvalidCommit', fault)
}
