import { DidResolutionFailedError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import { fetchJson } from './fetch-json.js'
import type { Identity } from './identity.js'
import { LookupError } from './lookup-error.js'
import { publicFetch } from './public-fetch.js'

/** `gone`: deleted or deactivated at its PDS, or its DID is no more; `unknown`: nobody can say now. */
export type AccountStatus = 'active' | 'gone' | 'unknown'

/** Asks the directory and the account's PDS; never rejects. */
export type StatusCheck = (did: Did) => Promise<AccountStatus>

/** `com.atproto.sync.getRepoStatus` of the PDS that the DID document, looked up anew, names. */
export function createStatusCheck({ identity, allowLocalhost }: StatusOptions): StatusCheck {
  const publicOnly = publicFetch()
  return async (did) => {
    try {
      const { pds } = await identity.resolveAnew(did)
      if (pds === undefined) return 'unknown'
      const url = new URL('/xrpc/com.atproto.sync.getRepoStatus', pds)
      url.searchParams.set('did', did)
      const local = url.protocol === 'http:' && url.hostname === 'localhost'
      const fetch = local && allowLocalhost ? globalThis.fetch : publicOnly
      return statusOf(await fetchJson(fetch, url))
    } catch (error) {
      return statusOfFailure(error)
    }
  }
}

/** An account that moves, or whose server is slow, is not gone. */
function statusOf(answer: unknown): AccountStatus {
  const { active, status } = (answer ?? {}) as { active?: unknown; status?: unknown }
  if (active === true) return 'active'
  if (active !== false) return 'unknown'
  return GONE.has(String(status)) ? 'gone' : 'unknown'
}

const GONE = new Set(['deleted', 'deactivated', 'suspended', 'takendown'])

function statusOfFailure(error: unknown): AccountStatus {
  if (error instanceof DidResolutionFailedError) {
    return error.cause instanceof LookupError && error.cause.gone ? 'gone' : 'unknown'
  }
  const name = error instanceof LookupError ? error.refusal?.error : undefined
  return name !== undefined && REFUSALS.has(name) ? 'gone' : 'unknown'
}

const REFUSALS = new Set(['RepoNotFound', 'RepoDeactivated', 'RepoSuspended', 'RepoTakendown'])

export interface StatusOptions {
  identity: Identity
  allowLocalhost: boolean
}
