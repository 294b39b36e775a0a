import type { Capabilities, CiphersuiteImpl, KeyPackage, PrivateKeyPackage } from 'ts-mls'
import { makeKeyPackageRef, signKeyPackage } from 'ts-mls/keyPackage.js'
import { signLeafNodeKeyPackage } from 'ts-mls/leafNode.js'
import { hex } from '../lib/bytes.js'
import type { DeviceKeys } from './device-keys.js'
import { credentialOf } from './identity.js'
import { writeKeyPackage } from './wire.js'

/** KeyPackage extension `last_resort_key_package`: empty, and listed in the leaf's capabilities. */
const LAST_RESORT = 0x000a

const HOUR_S = 3_600
/** The service takes 90 days at most, from `not_before` on. */
export const KEY_PACKAGE_LIFETIME_S = 60 * 24 * HOUR_S

/** A key package with fresh HPKE keys, signed in both places (RFC 9420 §7.2, §10). */
export async function makeKeyPackage(
  device: DeviceKeys,
  suite: CiphersuiteImpl,
  { lastResort = false, nowMs = Date.now() }: { lastResort?: boolean; nowMs?: number } = {},
): Promise<OwnKeyPackage> {
  const initKeys = await suite.hpke.generateKeyPair()
  const leafKeys = await suite.hpke.generateKeyPair()
  // One hour back: clocks differ.
  const notBefore = Math.floor(nowMs / 1000) - HOUR_S
  const notAfter = notBefore + KEY_PACKAGE_LIFETIME_S
  const leafNode = await signLeafNodeKeyPackage(
    {
      leafNodeSource: 'key_package',
      hpkePublicKey: await suite.hpke.exportPublicKey(leafKeys.publicKey),
      signaturePublicKey: device.publicKey,
      credential: credentialOf(device),
      capabilities: capabilitiesFor(suite),
      lifetime: { notBefore: BigInt(notBefore), notAfter: BigInt(notAfter) },
      extensions: [],
    },
    device.signKey,
    suite.signature,
  )
  const keyPackage = await signKeyPackage(
    {
      version: 'mls10',
      cipherSuite: suite.name,
      initKey: await suite.hpke.exportPublicKey(initKeys.publicKey),
      leafNode,
      extensions: lastResort
        ? [{ extensionType: LAST_RESORT, extensionData: new Uint8Array() }]
        : [],
    },
    device.signKey,
    suite.signature,
  )
  return {
    ref: hex(await makeKeyPackageRef(keyPackage, suite.hash)),
    bytes: writeKeyPackage(keyPackage),
    keyPackage,
    privatePackage: {
      initPrivateKey: await suite.hpke.exportPrivateKey(initKeys.privateKey),
      hpkePrivateKey: await suite.hpke.exportPrivateKey(leafKeys.privateKey),
      signaturePrivateKey: device.signKey,
    },
    notAfter,
    lastResort,
  }
}

/** Not ts-mls's default, which adds GREASE at random and every suite that it has a number for. */
function capabilitiesFor(suite: CiphersuiteImpl): Capabilities {
  return {
    versions: ['mls10'],
    ciphersuites: [suite.name],
    extensions: [LAST_RESORT],
    proposals: [],
    credentials: ['basic'],
  }
}

export interface OwnKeyPackage {
  /** KeyPackageRef (RFC 9420 §5.2), lowercase hex. */
  ref: string
  /** MLSMessage (mls_key_package). */
  bytes: Uint8Array
  keyPackage: KeyPackage
  privatePackage: PrivateKeyPackage
  /** Seconds since 1970. */
  notAfter: number
  lastResort: boolean
}
