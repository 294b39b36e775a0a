import { accept } from '../../lib/verdict.js'
import { keyPackageFault, keyPackageRef } from '../key-package-rules.js'
import type { Suite } from '../suite.js'
import { refuseMls, type MlsVerdict } from '../verdict.js'
import type { KeyPackage } from '../wire/key-package.js'
import { recipientsVerdict, welcomeRecipients } from './welcome-recipients.js'

export interface AddedPackages {
  /** Of each Add, in their order. */
  refs: string[]
  welcomeRefs: string[]
}

/**
 * The key packages that a commit adds, and the welcome for them. The welcome comes first: signatures
 * are verified for as many packages only as it names, which bounds the work before it is done.
 */
export function checkAdded(
  adds: readonly KeyPackage[],
  welcome: Uint8Array | undefined,
  suite: Suite,
  now: Date,
): MlsVerdict<AddedPackages> {
  const recipients = welcomeRecipients(welcome, adds.length, suite)
  if (!recipients.ok) return recipients
  const refs = adds.map((keyPackage) => keyPackageRef(keyPackage, suite))
  const matched = recipientsVerdict(recipients.value, refs)
  if (!matched.ok) return matched
  for (const keyPackage of adds) {
    const broken = keyPackageFault(keyPackage, suite, now, 0)
    if (broken !== undefined) return refuseMls('InvalidKeyPackage', broken)
  }
  return accept({ refs, welcomeRefs: recipients.value })
}
