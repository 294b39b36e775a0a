import type { Did } from '../lib/ids.js'
import { parseAccountDocument, type AccountDocument } from './account-document.js'
import { bounded } from './bounded.js'
import { fetchJson } from './fetch-json.js'
import { LookupError } from './lookup-error.js'
import { publicFetch } from './public-fetch.js'

export type Lookup = (did: Did) => Promise<AccountDocument>

/**
 * Looks DIDs up at their sources, without a cache. Throws a `LookupError`. Hosts that answer slowly hold
 * up their own DID method only.
 */
export function createLookup({ plcUrl, allowLocalhost }: LookupOptions): Lookup {
  const plc = bounded(plcLookup(plcUrl), MAX_LOOKUPS)
  const web = bounded(webLookup(allowLocalhost), MAX_LOOKUPS)
  return (did) => (did.startsWith('did:plc:') ? plc(did) : web(did))
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

export interface LookupOptions {
  /** Base URL of the PLC directory. */
  plcUrl: string
  /** Resolves `did:web:localhost` over plain http. */
  allowLocalhost: boolean
}
