import type { CiphersuiteImpl, CiphersuiteName, Credential } from 'ts-mls'
import { buildKeyPackage } from './key-package.js'
import type { BuiltKeyPackage, KeyPackageOptions } from './key-package.js'
import { DEFAULT_SUITE, suiteOf } from './suite.js'

/** A device with a fresh signature key and the credential `<did>#<deviceId>`. */
export async function createDevice(options: DeviceOptions): Promise<TestDevice> {
  const suite = await suiteOf(options.suite ?? DEFAULT_SUITE)
  const keys = await suite.signature.keygen()
  return new TestDevice(options.did, options.deviceId, suite, keys.publicKey, keys.signKey)
}

/** One device of an account: its keys, and the private parts of the key packages that it made. */
export class TestDevice {
  readonly credential: Credential
  readonly #made = new Map<string, BuiltKeyPackage>()

  constructor(
    readonly did: string,
    readonly deviceId: string,
    readonly suite: CiphersuiteImpl,
    /** The signature public key, as `registerDevice` takes it. */
    readonly publicKey: Uint8Array,
    readonly signKey: Uint8Array,
  ) {
    this.credential = basicCredential(`${did}#${deviceId}`)
  }

  get name(): string {
    return `${this.did}#${this.deviceId}`
  }

  /** Makes a key package and keeps its private part under its reference. */
  async keyPackage(options: KeyPackageOptions = {}): Promise<BuiltKeyPackage> {
    const built = await buildKeyPackage(this, options)
    this.#made.set(built.ref, built)
    return built
  }

  async keyPackages(count: number, options: KeyPackageOptions = {}): Promise<BuiltKeyPackage[]> {
    return Promise.all(Array.from({ length: count }, () => this.keyPackage(options)))
  }

  /** The key package with that reference, if this device still has its private part. */
  keyPackageOf(ref: string): BuiltKeyPackage | undefined {
    return this.#made.get(ref)
  }

  /** References of the packages whose private parts are here, as `syncKeyPackages` takes them. */
  get keyPackageRefs(): string[] {
    return [...this.#made.keys()]
  }

  forgetKeyPackage(ref: string): void {
    this.#made.delete(ref)
  }
}

export function basicCredential(identity: string): Credential {
  return { credentialType: 'basic', identity: new TextEncoder().encode(identity) }
}

/** The `<did>#<deviceId>` of a leaf; empty for a credential of another kind. */
export function identityOf(credential: Credential): string {
  return credential.credentialType === 'basic' ? new TextDecoder().decode(credential.identity) : ''
}

export interface DeviceOptions {
  did: string
  deviceId: string
  suite?: CiphersuiteName
}
