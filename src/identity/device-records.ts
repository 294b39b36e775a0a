import { LRUCache } from 'lru-cache'
import type { DeviceId, Did } from '../lib/ids.js'
import { TimeoutError, within } from '../lib/within.js'
import { LookupError } from './lookup-error.js'
import type { Repos } from './repos.js'

/**
 * What an account's own repository says of a device: `signatureKey` of its `blue.catbird.mls.device`
 * record, that there is `none` (or none that can be understood), or that nobody knows now.
 */
export type DeviceRecord =
  { state: 'recorded'; signatureKey: Uint8Array } | { state: 'none' } | { state: 'unknown' }

export interface DeviceRecords {
  /** At most a minute old; with `anew` as it is now, save that a repository out of reach has a pause. */
  of(did: Did, deviceId: DeviceId, options?: { anew?: boolean }): Promise<DeviceRecord>
}

export function createDeviceRecords(
  repos: Pick<Repos, 'getRecord'>,
  now: () => number = () => performance.now(),
): DeviceRecords {
  // Concurrent callers share one question.
  const answers = new LRUCache<string, DeviceRecord, Device>({
    max: MAX_DEVICES,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now },
    async fetchMethod(_key, _last, { options, context: { did, deviceId } }) {
      try {
        const record = await within(PATIENCE_MS, repos.getRecord(did, COLLECTION, deviceId))
        return deviceRecordOf(record)
      } catch (error) {
        if (!(error instanceof LookupError || error instanceof TimeoutError)) throw error
        options.ttl = RETRY_MS
        return { state: 'unknown' }
      }
    },
  })
  return {
    async of(did, deviceId, { anew = false } = {}) {
      // Names of devices that no record can have (AT Protocol, record keys).
      if (deviceId === '.' || deviceId === '..') return { state: 'none' }
      const key = `${did} ${deviceId}`
      const forceRefresh = anew && answers.get(key)?.state !== 'unknown'
      const context = { did, deviceId }
      return (await answers.fetch(key, { context, forceRefresh })) ?? { state: 'unknown' }
    },
  }
}

function deviceRecordOf(record: unknown): DeviceRecord {
  const { $type, signaturePublicKey } = (record ?? {}) as Record<string, unknown>
  const { $bytes } = (signaturePublicKey ?? {}) as Record<string, unknown>
  if ($type !== COLLECTION || typeof $bytes !== 'string' || $bytes === '') return { state: 'none' }
  return { state: 'recorded', signatureKey: Buffer.from($bytes, 'base64') }
}

const COLLECTION = 'blue.catbird.mls.device'
const MAX_DEVICES = 10_000
export const FRESH_MS = 60_000
export const RETRY_MS = 10_000
/** For DID document and record together: whoever registers the device waits for it. */
const PATIENCE_MS = 4000

interface Device {
  did: Did
  deviceId: DeviceId
}
