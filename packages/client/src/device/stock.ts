import type { Service } from '../api/service.js'
import { isRefusal, MlsClientError } from '../errors.js'
import { Lane } from '../lib/lane.js'
import type { OwnKeyPackage } from '../mls/key-package.js'
import type { Device } from './device.js'
import type { KeyPackageStore } from './key-package-store.js'
import { forgetDevice, recordDevice } from './own-record.js'

/** A last-resort package is replaced when it has less than this to live. */
const RENEW_BEFORE_END_S = 14 * 24 * 3_600
const BATCH = 50

/** Keeps this device registered, and key packages in stock at the service. */
export class Stock {
  readonly #lane = new Lane()
  #recorded = false

  constructor(
    private readonly service: Service,
    private readonly device: Device,
    private readonly packages: KeyPackageStore,
    /** How many packages are to be available. */
    private readonly wanted: number,
    private readonly deviceName: string | undefined,
    /** That the account's own repository could not be written. */
    private readonly onUnrecorded: (error: Error) => void,
  ) {}

  /** Registers the device, and agrees with the service on which packages there are. */
  settle(): Promise<void> {
    return this.#lane.run(async () => {
      await this.#record()
      await this.#register()
      const { deviceId } = this.device
      await this.packages.forgetOld()
      const own = await this.packages.list()
      const keyPackageRefs = own.map(({ ref }) => ref)
      const { unknown } = await this.service.call('syncKeyPackages', (mls, options) =>
        mls.syncKeyPackages({ deviceId, keyPackageRefs }, options),
      )
      // Made and stored, but the client ended before they were published.
      const forgotten = new Set(unknown)
      await this.#publish(
        own.filter(({ ref, notAfter }) => forgotten.has(ref) && isAlive(notAfter)),
      )
      await this.#replenish()
    })
  }

  /** Fills the stock up, if the service says that it is low. */
  replenish(): Promise<void> {
    return this.#lane.run(() => this.#replenish())
  }

  /** Before the service hears of it: it may insist on the record. */
  async #record(): Promise<void> {
    const { repository } = this.service.auth
    if (repository === undefined || this.#recorded) return
    try {
      await recordDevice(repository, this.device)
      this.#recorded = true
    } catch (cause) {
      this.onUnrecorded(cause instanceof Error ? cause : new Error(String(cause)))
    }
  }

  async #register(): Promise<void> {
    const { deviceId, publicKey } = this.device
    const name = this.deviceName
    try {
      await this.service.call('registerDevice', (mls, options) =>
        mls.registerDevice({ deviceId, signaturePublicKey: publicKey, name }, options),
      )
    } catch (cause) {
      if (!isRefusal(cause, 'DeviceUnknown')) throw cause
      // Nobody is to believe in it any more.
      const { repository } = this.service.auth
      if (repository) await forgetDevice(repository, deviceId).catch(() => {})
      throw new MlsClientError('deviceDeleted', 'this device was deleted', { cause })
    }
  }

  async #replenish(): Promise<void> {
    const { devices } = await this.service.call('getKeyPackageStatus', (mls, options) =>
      mls.getKeyPackageStatus({}, options),
    )
    const status = devices.find(
      ({ deviceId, cipherSuite }) =>
        deviceId === this.device.deviceId && cipherSuite === this.device.suite,
    )
    const missing = this.wanted - (status?.available ?? 0)
    if (missing > 0) await this.#publish(await this.packages.make(missing))
    const lastResort = (await this.packages.list()).some(
      (own) => own.lastResort && isAlive(own.notAfter - RENEW_BEFORE_END_S),
    )
    if (status?.lastResort !== true || !lastResort) {
      await this.#publish(await this.packages.make(1, true))
    }
  }

  async #publish(packages: OwnKeyPackage[]): Promise<void> {
    for (let at = 0; at < packages.length; at += BATCH) {
      const keyPackages = packages.slice(at, at + BATCH).map(({ bytes }) => bytes)
      await this.service.call('publishKeyPackages', (mls, options) =>
        mls.publishKeyPackages({ keyPackages }, options),
      )
    }
  }
}

function isAlive(notAfter: number): boolean {
  return notAfter > Date.now() / 1000
}
