import { setImmediate } from 'node:timers/promises'
import { InvalidCipherSuiteError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import { type VerifiedKeyPackage, verifyKeyPackage } from '../mls/key-package.js'
import { mlsError } from '../mls/mls-error.js'
import type { KeyDeps } from './deps.js'

/**
 * Checks what is offered for publication by itself, without the database: bytes, signatures, lifetime,
 * suite, and that the credential is the caller's.
 *
 * @throws what the first bad one breaks, named by its place in the input.
 */
export async function checkOffered(
  deps: Pick<KeyDeps, 'suites' | 'clock'>,
  did: Did,
  offered: readonly OfferedKeyPackage[],
): Promise<CheckedKeyPackage[]> {
  const { suites } = deps
  const now = deps.clock()
  const checked: CheckedKeyPackage[] = []
  for (const { bytes, cipherSuite, place } of offered) {
    const verdict = verifyKeyPackage(bytes, { now, did, suites })
    if (!verdict.ok) {
      const { refusal } = verdict
      throw mlsError({ ...refusal, detail: `${place}: ${refusal.detail}` })
    }
    if (cipherSuite !== undefined && cipherSuite !== verdict.value.cipherSuite) {
      throw new InvalidCipherSuiteError(
        `${place}: its cipher suite is ${verdict.value.cipherSuite}, not the one in cipherSuite`,
      )
    }
    checked.push({ ...verdict.value, bytes, place })
    // A batch is a hundred packages with two signatures each: others have their turn in between.
    await setImmediate()
  }
  return checked
}

export interface OfferedKeyPackage {
  /** MLSMessage with a KeyPackage. */
  bytes: Uint8Array
  /** If given, the suite that it must be of. */
  cipherSuite?: string | undefined
  /** Where it stands in the request, for messages: `keyPackages[3]`. */
  place: string
}

export interface CheckedKeyPackage extends VerifiedKeyPackage {
  bytes: Uint8Array
  place: string
}

export function placeInBatch(index: number): string {
  return `keyPackages[${index}]`
}
