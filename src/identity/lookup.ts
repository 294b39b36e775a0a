import { DidWebResolver } from '@atproto/identity'
import type { Did } from '../lib/ids.js'
import { parseAccountDocument, type AccountDocument } from './account-document.js'
import { fetchJson, LOOKUP_TIMEOUT_MS, type Fetch } from './fetch-json.js'
import { LookupError } from './lookup-error.js'

export type Lookup = (did: Did) => Promise<AccountDocument>

/** Looks DIDs up at their sources, without a cache. Throws a `LookupError`. */
export function createLookup({ plcUrl, allowLocalhost }: LookupOptions): Lookup {
  const plc = bounded(plcLookup(plcUrl))
  const web = bounded(webLookup(allowLocalhost))
  return (did) => (did.startsWith('did:plc:') ? plc(did) : web(did))
}

/**
 * At most `MAX_LOOKUPS` at a time per method: hosts that answer slowly hold up their own method
 * only, and no more sockets than that.
 */
function bounded(lookup: Lookup): Lookup {
  let underWay = 0
  return async (did) => {
    if (underWay >= MAX_LOOKUPS) {
      throw new LookupError('too many others are being looked up; try again', { untried: true })
    }
    underWay += 1
    try {
      return await lookup(did)
    } finally {
      underWay -= 1
    }
  }
}

export const MAX_LOOKUPS = 256

/** The operator chose the directory, so it may be anywhere, also on loopback. */
function plcLookup(plcUrl: string): Lookup {
  const base = plcUrl.endsWith('/') ? plcUrl : `${plcUrl}/`
  return async (did) => {
    const url = new URL(base + encodeURIComponent(did))
    return parseAccountDocument(did, await fetchJson(globalThis.fetch, url))
  }
}

function webLookup(allowLocalhost: boolean): Lookup {
  const publicOnly = publicFetch()
  return async (did) => {
    const host = decodeURIComponent(did.slice('did:web:'.length))
    const local = /^localhost(?::|$)/.test(host)
    if (local && !allowLocalhost) {
      throw new LookupError('accounts on localhost are for development only')
    }
    const url = documentUrl(host, local)
    const fetched = await fetchJson(local ? globalThis.fetch : publicOnly, url)
    return parseAccountDocument(did, fetched)
  }
}

function documentUrl(host: string, local: boolean): URL {
  try {
    return new URL(`${local ? 'http' : 'https'}://${host}/.well-known/did.json`)
  } catch (cause) {
    throw new LookupError('its host is not a host name', { cause })
  }
}

/**
 * The fetch that `@atproto/identity` resolves with: https on the standard port, no IP address as a
 * host, no address that is not public (checked on what is connected to, so that a name which
 * resolves differently the second time gains nothing). The package has no other way to get at it.
 */
function publicFetch(): Fetch {
  const fetch = new DidWebResolver(LOOKUP_TIMEOUT_MS)['fetch']
  return (url, init) => fetch.call(undefined, url, init)
}

export interface LookupOptions {
  /** Base URL of the PLC directory. */
  plcUrl: string
  /** Resolves `did:web:localhost` over plain http. */
  allowLocalhost: boolean
}
