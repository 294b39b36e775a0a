import { ServiceUnavailableError } from '../errors.js'
import type { DeviceId, Did } from '../lib/ids.js'
import { TimeoutError } from '../lib/within.js'
import { type AllowIncoming, createDeclarations } from './declarations.js'
import { createDeviceRecords, type DeviceRecord } from './device-records.js'
import { createFollows } from './follows.js'
import type { Identity } from './identity.js'
import { LookupError } from './lookup-error.js'
import { createRelationships, type Relationship } from './relationships.js'
import { createRepos } from './repos.js'

/**
 * What accounts have said in public about whom they want to hear from. It takes as long as others take:
 * never to be asked inside a transaction.
 */
export interface Outside {
  /** Undefined where the account has not declared anything that could be read. */
  allowIncoming(did: Did): Promise<AllowIncoming | undefined>
  /** What its own repository says of a device; with `anew` it is asked again. */
  deviceRecord(did: Did, deviceId: DeviceId, options?: { anew?: boolean }): Promise<DeviceRecord>
  /** Whether `did` follows `other`. */
  follows(did: Did, other: Did): Promise<boolean>
  /**
   * Of `actor` with each of `others`; undefined where there is no AppView to ask.
   *
   * @throws {ServiceUnavailableError} when it cannot be asked now: then nobody is added.
   */
  relationships(actor: Did, others: readonly Did[]): Promise<Map<Did, Relationship> | undefined>
}

export function createOutside({ identity, appviewUrl, allowLocalhost }: OutsideOptions): Outside {
  const repos = createRepos({ identity, allowLocalhost })
  const declarations = createDeclarations(repos)
  const deviceRecords = createDeviceRecords(repos)
  const follows = createFollows(repos)
  const known = appviewUrl === undefined ? undefined : createRelationships(appviewUrl)

  async function relationships(actor: Did, others: readonly Did[]) {
    try {
      return await known?.of(actor, others)
    } catch (cause) {
      if (!(cause instanceof LookupError || cause instanceof TimeoutError)) throw cause
      throw new ServiceUnavailableError(
        'Whether anybody blocks anybody cannot be asked of the network now: nobody is added before; try again, with fewer accounts at once if it goes on',
        { cause },
      )
    }
  }

  return {
    allowIncoming: (did) => declarations.of(did),
    deviceRecord: (did, deviceId, options) => deviceRecords.of(did, deviceId, options),
    async follows(did, other) {
      const found = await relationships(did, [other])
      return found ? found.get(other)!.follows : follows.of(did, other)
    },
    relationships,
  }
}

export interface OutsideOptions {
  identity: Identity
  /** Base URL of the AppView; absent: public blocks are not known. */
  appviewUrl?: string | undefined
  allowLocalhost: boolean
}
