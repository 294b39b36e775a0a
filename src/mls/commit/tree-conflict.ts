import { fault, type Fault } from '../verdict.js'

/** The rule that an id of a `TreeIndex` breaks when it would occur twice (RFC 9420 §7.3). */
export function conflictFault(id: string): Fault {
  if (id.startsWith('e')) return rules.encryptionKeysAreUnique
  if (id.startsWith('s')) return rules.signatureKeysAreUnique
  return rules.identitiesAreUnique
}

const rules = {
  encryptionKeysAreUnique: fault(
    'encryptionKeysAreUnique',
    'RFC 9420 §7.3',
    'An encryption key would occur twice in the tree.',
  ),
  signatureKeysAreUnique: fault(
    'signatureKeysAreUnique',
    'RFC 9420 §7.3',
    'A signature key would occur twice in the tree.',
  ),
  identitiesAreUnique: fault(
    'identitiesAreUnique',
    'RFC 9420 §12.2',
    'A device would have two leaves.',
  ),
}
