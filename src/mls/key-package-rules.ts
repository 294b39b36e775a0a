import { isUsableHpkeKey } from './hpke-key.js'
import {
  hasValidLeafSignature,
  leafContentFault,
  lifetimeFault,
  supportsExtensions,
} from './leaf.js'
import { verifyWithLabel } from './signature.js'
import type { Suite } from './suite.js'
import { fault, type Fault } from './verdict.js'
import { equalBytes, hexOf } from './wire/bytes.js'
import { EXTENSION, findExtension } from './wire/extension.js'
import type { KeyPackage } from './wire/key-package.js'
import { concat, opaque } from './wire/writer.js'

/**
 * RFC 9420 §10.1, the same when a key package is published and when a commit adds it; only how much
 * of its life must be left differs. Signatures come last: they cost the most.
 */
export function keyPackageFault(
  keyPackage: KeyPackage,
  suite: Suite,
  now: Date,
  remainingMs: number,
): Fault | undefined {
  const { leafNode: leaf, initKey, extensions } = keyPackage
  if (keyPackage.cipherSuite !== suite.id) return rules.suiteMatches
  const broken = leafContentFault(leaf, suite) ?? lifetimeFault(leaf, now, remainingMs)
  if (broken !== undefined) return broken
  if (!isUsableHpkeKey(suite, initKey)) return rules.initKeyIsUsable
  if (equalBytes(initKey, leaf.encryptionKey)) return rules.initKeyDiffers
  if (!supportsExtensions(leaf, extensions)) return rules.extensionsAreListed
  if ((lastResortOf(keyPackage)?.length ?? 0) > 0) return rules.lastResortIsEmpty
  if (!hasValidLeafSignature(suite, leaf)) return rules.leafSignature
  if (!hasValidSignature(keyPackage, suite)) return rules.signature
  return undefined
}

export function isLastResort(keyPackage: KeyPackage): boolean {
  return lastResortOf(keyPackage) !== undefined
}

/** Lowercase hex of the KeyPackageRef (RFC 9420 §5.2): of the KeyPackage, not of the MLSMessage. */
export function keyPackageRef(keyPackage: KeyPackage, suite: Suite): string {
  return hexOf(suite.hash(concat([REF_LABEL, opaque(keyPackage.bytes)])))
}

const REF_LABEL = opaque(new TextEncoder().encode('MLS 1.0 KeyPackage Reference'))

function lastResortOf(keyPackage: KeyPackage): Uint8Array | undefined {
  return findExtension(keyPackage.extensions, EXTENSION.lastResort)
}

function hasValidSignature({ leafNode, signed, signature }: KeyPackage, suite: Suite): boolean {
  return verifyWithLabel(suite, leafNode.signatureKey, 'KeyPackageTBS', signed, signature)
}

const rules = {
  suiteMatches: fault(
    'keyPackageSuiteMatches',
    'RFC 9420 §10.1',
    'The key package is of another cipher suite than the group.',
  ),
  initKeyIsUsable: fault(
    'initKeyIsUsable',
    'RFC 9420 §10',
    'The init_key is no public key of the cipher suite.',
  ),
  initKeyDiffers: fault(
    'initKeyDiffers',
    'RFC 9420 §10.1',
    'The init_key is the encryption_key of the leaf.',
  ),
  extensionsAreListed: fault(
    'keyPackageExtensionsAreListed',
    'RFC 9420 §10',
    'The key package has an extension that the capabilities of its leaf do not list.',
  ),
  lastResortIsEmpty: fault(
    'lastResortIsEmpty',
    'draft-ietf-mls-extensions, last_resort_key_package',
    'The extension last_resort_key_package (0x000A) is not empty.',
  ),
  leafSignature: fault(
    'leafSignature',
    'RFC 9420 §7.3',
    'The signature of the leaf does not verify with its signature_key.',
  ),
  signature: fault(
    'keyPackageSignature',
    'RFC 9420 §10.1',
    'The signature of the key package does not verify with the signature_key of its leaf.',
  ),
}
