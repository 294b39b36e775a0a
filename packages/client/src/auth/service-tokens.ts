import type { Auth, AuthorizedCall, ServiceAddress } from './auth.js'

/**
 * Direct requests with tokens from a function: a backend that holds the account's signing key, or
 * `com.atproto.server.getServiceAuth`. It is called for every request, as each token is used once.
 */
export function serviceTokens(
  did: string,
  token: (claims: { aud: string; lxm: string }) => Promise<string>,
): Auth {
  const tokenFor = (nsid: string, service: ServiceAddress) => token({ aud: service.did, lxm: nsid })
  return {
    did,
    token: tokenFor,
    async fetch({ nsid, path, init }: AuthorizedCall, service) {
      const headers = new Headers(init.headers)
      headers.set('authorization', `Bearer ${await tokenFor(nsid, service)}`)
      return fetch(service.url + path, { ...init, headers })
    },
  }
}
