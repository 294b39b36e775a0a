import type { DeviceId, Did } from '../lib/ids.js'
import { parseIdentity, type DeviceIdentity } from './credential.js'
import { isUsableHpkeKey } from './hpke-key.js'
import { verifyWithLabel } from './signature.js'
import type { Suite } from './suite.js'
import { checkBudget } from './time-budget.js'
import { fault, type Fault } from './verdict.js'
import { lists, readRequiredCapabilities, valuesOf } from './wire/capabilities.js'
import { EXTENSION, findExtension, isDefaultExtension, type Extension } from './wire/extension.js'
import { BASIC_CREDENTIAL, type LeafNode } from './wire/leaf-node.js'
import { MLS10 } from './wire/protocol.js'
import { concat, opaque, u32 } from './wire/writer.js'

/** A device's place in a group. */
export interface Leaf extends DeviceIdentity {
  leafIndex: number
  signatureKey: Uint8Array
}

/** Where a leaf that was made inside a group stands; its signature covers that (RFC 9420 §7.2). */
export interface LeafPosition {
  groupId: Uint8Array
  leafIndex: number
}

/** RFC 9420 §7.2 leaves the maximum to the application. */
export const MAX_LIFETIME_MS = 90 * 24 * 60 * 60 * 1_000

/** The rules of RFC 9420 §7.3 that a leaf meets or not by itself, signature and lifetime aside. */
export function leafContentFault(leaf: LeafNode, suite: Suite): Fault | undefined {
  const { capabilities, extensions } = leaf
  if (leaf.credentialType !== BASIC_CREDENTIAL) return rules.credentialIsBasic
  if (parseIdentity(leaf.identity) === undefined) return rules.identityNamesDevice
  if (!isUsableHpkeKey(suite, leaf.encryptionKey)) return rules.encryptionKeyIsUsable
  if (!lists(capabilities.versions, MLS10)) return rules.capabilitiesListVersion
  if (!lists(capabilities.cipherSuites, suite.id)) return rules.capabilitiesListSuite
  if (!lists(capabilities.credentials, BASIC_CREDENTIAL)) return rules.capabilitiesListCredential
  if (!supportsExtensions(leaf, extensions)) return rules.capabilitiesListExtensions
  return undefined
}

/**
 * What a group's extensions ask of every leaf: that it supports each of them (RFC 9420 §13.4), and
 * what `required_capabilities` lists (§11.1).
 */
export function leafGroupFault(
  leaf: LeafNode,
  groupExtensions: readonly Extension[],
): Fault | undefined {
  if (!supportsExtensions(leaf, groupExtensions)) return rules.supportsGroupExtensions
  const data = findExtension(groupExtensions, EXTENSION.requiredCapabilities)
  if (data === undefined) return undefined
  const required = readRequiredCapabilities(data)
  const { capabilities } = leaf
  const hasRequired =
    valuesOf(required.extensions).every(
      (type) => isDefaultExtension(type) || lists(capabilities.extensions, type),
    ) &&
    valuesOf(required.proposals).every(
      (type) => isDefaultProposal(type) || lists(capabilities.proposals, type),
    ) &&
    valuesOf(required.credentials).every((type) => lists(capabilities.credentials, type))
  return hasRequired ? undefined : rules.hasRequiredCapabilities
}

/** A published leaf's lifetime (RFC 9420 §7.2): now, `remainingMs` longer, and not too long. */
export function lifetimeFault(leaf: LeafNode, now: Date, remainingMs: number): Fault | undefined {
  if (leaf.source.kind !== 'key_package') return rules.sourceIsKeyPackage
  const notBefore = leaf.source.notBefore * 1_000
  const notAfter = leaf.source.notAfter * 1_000
  if (notAfter - notBefore > MAX_LIFETIME_MS) return rules.lifetimeIsShort
  if (now.getTime() < notBefore) return rules.lifetimeHasBegun
  if (now.getTime() >= notAfter - remainingMs) return rules.lifetimeHasNotEnded
  return undefined
}

/** LeafNodeTBS (RFC 9420 §7.2) ends with the position, except in a key package. */
export function hasValidLeafSignature(suite: Suite, leaf: LeafNode, at?: LeafPosition): boolean {
  const content =
    at === undefined || leaf.source.kind === 'key_package'
      ? leaf.signed
      : concat([leaf.signed, opaque(at.groupId), u32(at.leafIndex)])
  return verifyWithLabel(suite, leaf.signatureKey, 'LeafNodeTBS', content, leaf.signature)
}

/** The device of a leaf that `leafContentFault` found nothing wrong with. */
export function deviceOf(leaf: LeafNode): DeviceIdentity {
  const device = parseIdentity(leaf.identity)
  if (device === undefined) throw new TypeError('The leaf was not checked.')
  return device
}

export function describeLeaf(leaf: LeafNode, leafIndex: number): Leaf {
  const { did, deviceId }: { did: Did; deviceId: DeviceId } = deviceOf(leaf)
  return { leafIndex, did, deviceId, signatureKey: leaf.signatureKey }
}

export function supportsExtensions(leaf: LeafNode, extensions: readonly Extension[]): boolean {
  checkBudget()
  return extensions.every(
    ({ type }) => isDefaultExtension(type) || lists(leaf.capabilities.extensions, type),
  )
}

/** `add` to `group_context_extensions` (RFC 9420 §7.2). */
function isDefaultProposal(type: number): boolean {
  return type >= 1 && type <= 7
}

const LEAF = 'RFC 9420 §7.3'

const rules = {
  credentialIsBasic: fault(
    'credentialIsBasic',
    LEAF,
    'The credential of a leaf is not a BasicCredential.',
  ),
  identityNamesDevice: fault(
    'identityNamesDevice',
    LEAF,
    'The identity of a credential is not <did>#<deviceId>.',
  ),
  encryptionKeyIsUsable: fault(
    'encryptionKeyIsUsable',
    LEAF,
    'The encryption key of a leaf is no public key of the cipher suite.',
  ),
  capabilitiesListVersion: fault(
    'capabilitiesListVersion',
    'RFC 9420 §7.2',
    'The capabilities of a leaf do not list mls10.',
  ),
  capabilitiesListSuite: fault(
    'capabilitiesListSuite',
    'RFC 9420 §7.2',
    'The capabilities of a leaf do not list the cipher suite.',
  ),
  capabilitiesListCredential: fault(
    'capabilitiesListCredential',
    LEAF,
    'The capabilities of a leaf do not list the basic credential type.',
  ),
  capabilitiesListExtensions: fault(
    'capabilitiesListExtensions',
    LEAF,
    'A leaf has an extension that its capabilities do not list.',
  ),
  supportsGroupExtensions: fault(
    'supportsGroupExtensions',
    'RFC 9420 §13.4',
    'The group has an extension that the capabilities of a leaf do not list.',
  ),
  hasRequiredCapabilities: fault(
    'hasRequiredCapabilities',
    'RFC 9420 §11.1',
    'A leaf lacks something that the required_capabilities of the group ask for.',
  ),
  sourceIsKeyPackage: fault(
    'sourceIsKeyPackage',
    LEAF,
    'The leaf_node_source of the leaf is not key_package.',
  ),
  lifetimeIsShort: fault(
    'lifetimeIsShort',
    'RFC 9420 §7.2',
    'The lifetime of a leaf is longer than 90 days.',
  ),
  lifetimeHasBegun: fault(
    'lifetimeHasBegun',
    LEAF,
    'The lifetime of a leaf begins later than now; set not_before one hour back.',
  ),
  lifetimeHasNotEnded: fault(
    'lifetimeHasNotEnded',
    LEAF,
    'The lifetime of a leaf has ended, or ends too soon.',
  ),
}
