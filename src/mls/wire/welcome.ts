import { readHpkeCiphertext } from './commit.js'
import { MAX_HASH_BYTES, MAX_WELCOME_BYTES, MAX_WELCOME_SECRETS } from './limits.js'
import type { Reader } from './reader.js'

/** RFC 9420 §12.4.3.1, as far as it is not encrypted. */
export interface Welcome {
  cipherSuite: number
  /** The KeyPackageRef of each new member. */
  newMembers: Uint8Array[]
}

export function readWelcomeStruct(r: Reader): Welcome {
  const cipherSuite = r.u16()
  const newMembers = r.list(MAX_WELCOME_SECRETS, 'new members in the welcome', readNewMember)
  r.opaque(MAX_WELCOME_BYTES, 'The encrypted group info')
  return { cipherSuite, newMembers }
}

function readNewMember(r: Reader): Uint8Array {
  const ref = r.opaque(MAX_HASH_BYTES, 'A KeyPackageRef')
  readHpkeCiphertext(r)
  return ref
}
