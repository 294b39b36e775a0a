import { getCiphersuiteFromName, getCiphersuiteImpl } from 'ts-mls'
import type { CiphersuiteImpl, CiphersuiteName } from 'ts-mls'

/** The suite that RFC 9420 §17.1 makes mandatory. */
export const DEFAULT_SUITE: CiphersuiteName = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

const suites = new Map<CiphersuiteName, Promise<CiphersuiteImpl>>()

/** The primitives of a suite by WebCrypto, as a client outside would use them: none of the service's. */
export function suiteOf(name: CiphersuiteName): Promise<CiphersuiteImpl> {
  const known = suites.get(name)
  if (known !== undefined) return known
  const made = getCiphersuiteImpl(getCiphersuiteFromName(name))
  suites.set(name, made)
  return made
}
