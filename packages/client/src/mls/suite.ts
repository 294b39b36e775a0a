import { getCiphersuiteFromName, getCiphersuiteImpl } from 'ts-mls'
import type { CiphersuiteImpl, CiphersuiteName } from 'ts-mls'

/** The suite that RFC 9420 §17.1 makes mandatory. */
export const DEFAULT_SUITE: CiphersuiteName = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

const loaded = new Map<string, Promise<CiphersuiteImpl>>()

/** The primitives of a suite, by WebCrypto where it has them; rejects for a name that is not known. */
export function suiteOf(name: string): Promise<CiphersuiteImpl> {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const made = Promise.resolve().then(() =>
    getCiphersuiteImpl(getCiphersuiteFromName(name as CiphersuiteName)),
  )
  loaded.set(name, made)
  return made
}
