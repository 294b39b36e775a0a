import type { ServerResponse } from 'node:http'
import { allowanceOf, counterOf, type Allowances } from '../backend/allowances.js'
import type { Counter, WindowCount } from '../backend/backend.js'
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
  /** What a call of `nsid` by `did` is limited by; undefined: by nothing. */
  of(did: Did, nsid: string): AccountLimit | undefined
}

export interface AccountLimit {
  /** For a store that counts the call along with something else. */
  counter: Counter
  /**
   * Tells what is left in the headers of `res`; throws `RateLimitExceeded`. Counts the call, unless
   * it was: then `counted` is its count.
   */
  check(res?: ServerResponse, counted?: WindowCount): Promise<void>
}

export function createAccountLimits(allowances: Allowances, rates: AccountRates): AccountLimits {
  return {
    of(did, nsid) {
      const kind = kindOf(nsid)
      const limit = rates[kind] ?? rates.accountDefault
      if (limit === 0) return undefined
      return {
        counter: counterOf(kind, did, MINUTE_MS),
        async check(res, counted) {
          const allowance = counted
            ? allowanceOf(counted, limit, MINUTE_MS)
            : await allowances.take(kind, did, limit, MINUTE_MS)
          admit(allowance, res)
        },
      }
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
