import type { ServerResponse } from 'node:http'
import type { Allowances } from '../backend/allowances.js'
import type { Did } from '../lib/ids.js'
import { admit } from './admit.js'

/** Calls per account and minute, by method. 0: no limit. */
export interface AccountRates {
  sendMessage: number
  /** `publishKeyPackage` and `publishKeyPackages` together. */
  publishKeyPackage: number
  addMembers: number
  createConvo: number
  reportMember: number
  /** All other methods together. */
  accountDefault: number
}

export interface AccountLimits {
  /**
   * Counts one call of `nsid` by `did`, and tells what is left in the headers of `res`. Throws
   * `RateLimitExceeded`.
   */
  check(did: Did, nsid: string, res?: ServerResponse): Promise<void>
}

export function createAccountLimits(allowances: Allowances, rates: AccountRates): AccountLimits {
  return {
    async check(did, nsid, res) {
      const kind = kindOf(nsid)
      const limit = rates[kind] ?? rates.accountDefault
      if (limit > 0) admit(await allowances.take(kind, did, limit, MINUTE_MS), res)
    },
  }
}

const MINUTE_MS = 60_000
const NAMESPACE = 'blue.catbird.mls.'

function kindOf(nsid: string): keyof AccountRates {
  return nsid.startsWith(NAMESPACE)
    ? (KINDS.get(nsid.slice(NAMESPACE.length)) ?? 'accountDefault')
    : 'accountDefault'
}

const KINDS = new Map<string, keyof AccountRates>([
  ['sendMessage', 'sendMessage'],
  ['publishKeyPackage', 'publishKeyPackage'],
  ['publishKeyPackages', 'publishKeyPackage'],
  ['addMembers', 'addMembers'],
  ['createConvo', 'createConvo'],
  ['reportMember', 'reportMember'],
])
