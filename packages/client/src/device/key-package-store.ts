import { makeKeyPackage } from '../mls/key-package.js'
import type { OwnKeyPackage } from '../mls/key-package.js'
import { readKeyPackage } from '../mls/wire.js'
import type { RecordChange, SealedStore } from '../store/sealed-store.js'
import type { Device } from './device.js'

const PREFIX = 'keyPackage/'
/** A welcome may come as long after the package's end. */
const KEEP_AFTER_END_S = 30 * 24 * 3_600

/** The private parts of this device's key packages. */
export class KeyPackageStore {
  constructor(
    private readonly store: SealedStore,
    private readonly device: Device,
  ) {}

  /** Makes packages and stores them: a package is published only after its keys are safe. */
  async make(count: number, lastResort = false): Promise<OwnKeyPackage[]> {
    const made = await Promise.all(
      Array.from({ length: count }, () =>
        makeKeyPackage(this.device, this.device.mls, { lastResort }),
      ),
    )
    await this.store.write(
      made.map(({ ref, bytes, privatePackage, notAfter }) => ({
        key: PREFIX + ref,
        record: {
          bytes,
          init: privatePackage.initPrivateKey,
          hpke: privatePackage.hpkePrivateKey,
          notAfter,
          lastResort,
        } satisfies KeyPackageRecord,
      })),
    )
    return made
  }

  async get(ref: string): Promise<OwnKeyPackage | undefined> {
    const record = await this.store.get<KeyPackageRecord>(PREFIX + ref)
    return record && this.#open(ref, record)
  }

  /** Those whose keys are here and which can still be published. */
  async list(): Promise<OwnKeyPackage[]> {
    const records = await this.store.list<KeyPackageRecord>({ prefix: PREFIX })
    return records.map(({ key, record }) => this.#open(key.slice(PREFIX.length), record))
  }

  /** To be written together with what made the package useless. */
  removal(ref: string): RecordChange {
    return { key: PREFIX + ref, record: undefined }
  }

  /** Forgets packages that no welcome can name any more. */
  async forgetOld(nowMs = Date.now()): Promise<void> {
    const old = (await this.list()).filter(
      ({ notAfter }) => notAfter + KEEP_AFTER_END_S < nowMs / 1000,
    )
    await this.store.write(old.map(({ ref }) => this.removal(ref)))
  }

  #open(ref: string, { bytes, init, hpke, notAfter, lastResort }: KeyPackageRecord): OwnKeyPackage {
    return {
      ref,
      bytes,
      keyPackage: readKeyPackage(bytes),
      privatePackage: {
        initPrivateKey: init,
        hpkePrivateKey: hpke,
        signaturePrivateKey: this.device.signKey,
      },
      notAfter,
      lastResort,
    }
  }
}

interface KeyPackageRecord {
  bytes: Uint8Array
  init: Uint8Array
  hpke: Uint8Array
  notAfter: number
  lastResort: boolean
}
