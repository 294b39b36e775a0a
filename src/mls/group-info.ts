import { isUsableHpkeKey } from './hpke-key.js'
import { verifyWithLabel } from './signature.js'
import type { Suite } from './suite.js'
import { fault, type Fault } from './verdict.js'
import { readRequiredCapabilities } from './wire/capabilities.js'
import { EXTENSION, findExtension, type Extension } from './wire/extension.js'
import type { GroupInfo } from './wire/group-info.js'
import { Malformed } from './wire/malformed.js'
import { Reader } from './wire/reader.js'

/** What a GroupInfo must hold for others to join by it, whatever the state that it describes. */
export function groupInfoFormFault(info: GroupInfo, suite: Suite): Fault | undefined {
  if (info.confirmationTag.length !== suite.hashBytes) return rules.confirmationTagIsAMac
  if (findExtension(info.extensions, EXTENSION.ratchetTree) === undefined) return rules.hasTree
  const externalPub = findExtension(info.extensions, EXTENSION.externalPub)
  if (externalPub === undefined) return rules.hasExternalPub
  if (!isUsableExternalPub(externalPub, suite)) return rules.externalPubIsUsable
  return undefined
}

/** Whether the extensions of a GroupContext can be understood, as far as RFC 9420 defines them. */
export function contextExtensionsFault(extensions: readonly Extension[]): Fault | undefined {
  const misplaced = extensions.some(({ type }) => NOT_IN_A_CONTEXT.has(type))
  if (misplaced) return rules.extensionsBelongInContext
  const required = findExtension(extensions, EXTENSION.requiredCapabilities)
  if (required === undefined) return undefined
  try {
    readRequiredCapabilities(required)
    return undefined
  } catch (thrown) {
    return thrown instanceof Malformed ? thrown.fault : rules.extensionsBelongInContext
  }
}

export function hasValidGroupInfoSignature(
  info: GroupInfo,
  suite: Suite,
  signerKey: Uint8Array,
): boolean {
  return verifyWithLabel(suite, signerKey, 'GroupInfoTBS', info.signed, info.signature)
}

/**
 * RFC 9420 §12.4.3.2 puts the key into a struct, so under a length; ts-mls 1.6.4 writes and reads
 * the bare key. Both are taken: their sizes differ, so nothing can be read in two ways.
 */
function isUsableExternalPub(data: Uint8Array, suite: Suite): boolean {
  return isUsableHpkeKey(suite, data) || isUsableHpkeKey(suite, unwrapped(data) ?? data)
}

function unwrapped(data: Uint8Array): Uint8Array | undefined {
  try {
    const r = new Reader(data)
    const key = r.opaque(data.length, 'The external_pub')
    r.finish('external_pub')
    return key
  } catch {
    return undefined
  }
}

/** RFC 9420 §17.3: these appear in leaves and GroupInfos only. */
const NOT_IN_A_CONTEXT = new Set<number>([
  EXTENSION.applicationId,
  EXTENSION.ratchetTree,
  EXTENSION.externalPub,
])

const rules = {
  confirmationTagIsAMac: fault(
    'confirmationTagIsAMac',
    'RFC 9420 §6.1',
    'The confirmation_tag does not have the size of a MAC of the cipher suite.',
  ),
  hasTree: fault(
    'groupInfoHasRatchetTree',
    'RFC 9420 §12.4.3.3',
    'The GroupInfo lacks the extension ratchet_tree.',
  ),
  hasExternalPub: fault(
    'groupInfoHasExternalPub',
    'RFC 9420 §12.4.3.2',
    'The GroupInfo lacks the extension external_pub.',
  ),
  externalPubIsUsable: fault(
    'externalPubIsUsable',
    'RFC 9420 §12.4.3.2',
    'The external_pub is no public key of the cipher suite.',
  ),
  extensionsBelongInContext: fault(
    'extensionsBelongInContext',
    'RFC 9420 §17.3',
    'The GroupContext has an extension that belongs elsewhere.',
  ),
}
