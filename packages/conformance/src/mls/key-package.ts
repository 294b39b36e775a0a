import type {
  Capabilities,
  CiphersuiteImpl,
  Credential,
  Extension,
  KeyPackage,
  Lifetime,
  PrivateKeyPackage,
} from 'ts-mls'
import { makeKeyPackageRef, signKeyPackage } from 'ts-mls/keyPackage.js'
import { signLeafNodeKeyPackage } from 'ts-mls/leafNode.js'
import { hex, writeKeyPackage } from './wire.js'

/** KeyPackage extension `last_resort_key_package`: empty, and listed in the leaf's capabilities. */
export const LAST_RESORT = 0x000a

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
/** The service takes 90 days at most, `not_before` included. */
const LIFETIME_S = 60 * DAY_S

/**
 * Makes a key package for `owner`, with fresh HPKE keys, signed in both places (RFC 9420 §7.2, §10).
 * Every field can be given, also a wrong one: what is changed is signed, so that nothing but that
 * field is wrong. Without options it is one that the service accepts.
 */
export async function buildKeyPackage(
  owner: KeyPackageOwner,
  options: KeyPackageOptions = {},
): Promise<BuiltKeyPackage> {
  const { suite } = owner
  const initKeys = await suite.hpke.generateKeyPair()
  const leafKeys = await suite.hpke.generateKeyPair()
  const privatePackage: PrivateKeyPackage = {
    initPrivateKey: await suite.hpke.exportPrivateKey(initKeys.privateKey),
    hpkePrivateKey: await suite.hpke.exportPrivateKey(leafKeys.privateKey),
    signaturePrivateKey: owner.signKey,
  }
  const initKey = options.initKey ?? (await suite.hpke.exportPublicKey(initKeys.publicKey))
  const leafKey = options.leafKey ?? (await suite.hpke.exportPublicKey(leafKeys.publicKey))
  const leafNode = await signLeafNodeKeyPackage(
    {
      leafNodeSource: 'key_package',
      hpkePublicKey: options.sameKeys === true ? initKey : leafKey,
      signaturePublicKey: owner.publicKey,
      credential: options.credential ?? owner.credential,
      capabilities: { ...capabilitiesFor(suite), ...options.capabilities },
      lifetime: options.lifetime ?? lifetimeFromNow(),
      extensions: options.leafExtensions ?? [],
    },
    options.leafSignKey ?? owner.signKey,
    suite.signature,
  )
  const keyPackage = await signKeyPackage(
    {
      version: 'mls10',
      cipherSuite: options.declaredSuite ?? suite.name,
      initKey,
      leafNode,
      extensions: options.extensions ?? (options.lastResort === true ? [lastResort()] : []),
    },
    options.signKey ?? owner.signKey,
    suite.signature,
  )
  return {
    keyPackage,
    privatePackage,
    bytes: writeKeyPackage(keyPackage),
    ref: await keyPackageRef(keyPackage, suite),
  }
}

/** RefHash of the inner KeyPackage (RFC 9420 §5.2), not of the MLSMessage around it. */
export async function keyPackageRef(
  keyPackage: KeyPackage,
  suite: CiphersuiteImpl,
): Promise<string> {
  return hex(await makeKeyPackageRef(keyPackage, suite.hash))
}

/** One hour back, to allow for clocks; `seconds` is the whole length, from `not_before` on. */
export function lifetimeFromNow(seconds = LIFETIME_S, nowMs = Date.now()): Lifetime {
  const notBefore = Math.floor(nowMs / 1000) - HOUR_S
  return { notBefore: BigInt(notBefore), notAfter: BigInt(notBefore + seconds) }
}

/** Not ts-mls's default, which adds GREASE at random and every suite that it has a number for. */
export function capabilitiesFor(suite: CiphersuiteImpl): Capabilities {
  return {
    versions: ['mls10'],
    ciphersuites: [suite.name],
    extensions: [LAST_RESORT],
    proposals: [],
    credentials: ['basic'],
  }
}

function lastResort(): Extension {
  return { extensionType: LAST_RESORT, extensionData: new Uint8Array() }
}

export interface KeyPackageOwner {
  suite: CiphersuiteImpl
  credential: Credential
  publicKey: Uint8Array
  signKey: Uint8Array
}

export interface KeyPackageOptions {
  lastResort?: boolean
  lifetime?: Lifetime
  credential?: Credential
  capabilities?: Partial<Capabilities>
  /** Replaces the KeyPackage's extensions, the last-resort mark included. */
  extensions?: Extension[]
  leafExtensions?: Extension[]
  declaredSuite?: CiphersuiteImpl['name']
  initKey?: Uint8Array
  leafKey?: Uint8Array
  /** Uses the init key as the leaf's encryption key too, which RFC 9420 §10.1 forbids. */
  sameKeys?: boolean
  /** Signs the KeyPackage with another key than the leaf names. */
  signKey?: Uint8Array
  /** Signs the leaf node with another key than it names. */
  leafSignKey?: Uint8Array
}

export interface BuiltKeyPackage {
  keyPackage: KeyPackage
  privatePackage: PrivateKeyPackage
  /** MLSMessage (mls_key_package). */
  bytes: Uint8Array
  /** KeyPackageRef, lowercase hex. */
  ref: string
}
