import { DidWebResolver } from '@atproto/identity'
import { type Fetch, LOOKUP_TIMEOUT_MS } from './fetch-json.js'

/**
 * The fetch that `@atproto/identity` resolves with: https on the standard port, no IP address as a
 * host, no address that is not public (checked on what is connected to, so that a name which
 * resolves differently the second time gains nothing). The package has no other way to get at it.
 */
export function publicFetch(): Fetch {
  const fetch = new DidWebResolver(LOOKUP_TIMEOUT_MS)['fetch']
  return (url, init) => fetch.call(undefined, url, init)
}
