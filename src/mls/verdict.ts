import { refuse, type Refusal, type Verdict } from '../lib/verdict.js'

/** The error of the contract that a refused MLS message is answered with. */
export type MlsErrorName =
  | 'InvalidMlsMessage'
  | 'InvalidKeyPackage'
  | 'InvalidCommit'
  | 'InvalidGroupInfo'
  | 'InvalidWelcome'
  | 'InvalidCipherSuite'
  | 'EpochMismatch'
  | 'AlreadyMember'
  | 'TooLarge'

/** What the edge needs to answer: the error, and the rule that was broken with its RFC section. */
export interface MlsRefusal extends Refusal {
  error: MlsErrorName
}

export type MlsVerdict<T> = Verdict<T, MlsRefusal>

/**
 * A broken rule that has no error name yet: the same rule of a leaf is an `InvalidKeyPackage` when
 * a key package is published and an `InvalidCommit` when it is committed.
 */
export type Fault = Refusal

export function fault(rule: string, section: string, detail: string): Fault {
  return { rule, section, detail }
}

export function refuseMls(error: MlsErrorName, { rule, section, detail }: Fault) {
  return refuse<MlsRefusal>({ error, rule, section, detail })
}
