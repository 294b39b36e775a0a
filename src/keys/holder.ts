import { sql } from 'kysely'
import type { ConvoId, Did } from '../lib/ids.js'
import type { DeviceName } from './device-name.js'

/** Who leases, what for, and for how long from now. */
export interface Holder {
  caller: Did
  /** Null: for any one conversation. */
  convoId: ConvoId | null
  cipherSuite: string
  seconds: number
}

export interface LeasedKeyPackage extends DeviceName {
  keyPackageRef: string
  cipherSuite: string
  /** MLSMessage with the KeyPackage. */
  keyPackage: Uint8Array
  lastResort: boolean
}

/** The columns of `key_packages` that make a `LeasedKeyPackage`. */
export const LEASED = sql`
  key_packages.did, key_packages.device_id as "deviceId", key_packages.ref as "keyPackageRef",
  key_packages.cipher_suite as "cipherSuite", key_packages.key_package as "keyPackage",
  key_packages.last_resort as "lastResort"`

/** The end of a lease that begins now. */
export function endOfLease({ seconds }: Holder) {
  return sql<Date>`statement_timestamp() + make_interval(secs => ${seconds})`
}
