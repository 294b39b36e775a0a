import type { BrowserOAuthClient, OAuthSession } from '@atproto/oauth-client-browser'
import { type Auth, atprotoSession, serviceTokens } from '@catbird/mls-client'
import { serviceAddress } from '../model/service-address.js'
import { pageSetting } from './page-setting.js'
import { SCOPE } from './scope.js'
import type { Session } from './session.js'

/** Where the library notes who is signed in: without it, and with nobody coming back, it is not loaded. */
const SIGNED_IN = '@@atproto/oauth-client-browser(sub)'
/** Who is asked whose a handle is: a browser cannot ask DNS. */
const HANDLE_RESOLVER = 'https://public.api.bsky.app'

/** The session that this browser has, or has just come back with; undefined where there is none. */
export async function restoreSession(): Promise<Session | undefined> {
  if (localStorage.getItem(SIGNED_IN) === null && !isComingBack()) return undefined
  const client = await openClient()
  const found = await client.init()
  return found && sessionOf(client, found.session)
}

/** Goes to the account's own server to sign in; the page is left, so this does not resolve. */
export async function signInWithHandle(handle: string): Promise<never> {
  if (location.hostname === 'localhost') {
    const here = location.href.replace('//localhost', '//127.0.0.1')
    throw new Error(`Servers send nobody back to “localhost”: open ${here} and sign in there`)
  }
  return (await openClient()).signInRedirect(handle)
}

function isComingBack(): boolean {
  const params = new URLSearchParams(location.hash.slice(1))
  return params.has('state') && (params.has('code') || params.has('error'))
}

function openClient(): Promise<BrowserOAuthClient> {
  opened ??= loadClient()
  opened.catch(() => (opened = undefined))
  return opened
}
let opened: Promise<BrowserOAuthClient> | undefined

async function loadClient(): Promise<BrowserOAuthClient> {
  const { BrowserOAuthClient } = await import('@atproto/oauth-client-browser')
  const local = isLoopback(location.href)
  return BrowserOAuthClient.load({
    clientId: local ? loopbackClientId() : new URL('client-metadata.json', document.baseURI).href,
    handleResolver: pageSetting('handle-resolver') ?? HANDLE_RESOLVER,
    plcDirectoryUrl: pageSetting('plc-directory'),
    allowHttp: local,
    // Ended elsewhere, or in another tab: what is left is to sign in again.
    onSessionDeleted: () => location.reload(),
  })
}

/** The servers of accounts know such a client without asking this machine for its metadata. */
function loopbackClientId(): string {
  const params = { redirect_uri: location.origin + location.pathname, scope: SCOPE }
  return `http://localhost?${new URLSearchParams(params)}`
}

async function sessionOf(client: BrowserOAuthClient, session: OAuthSession): Promise<Session> {
  const service = serviceAddress()
  const nameOf = async (did: string) => {
    const { handle } = await client.identityResolver.resolve(did)
    return handle === 'handle.invalid' ? undefined : { handle }
  }
  return {
    did: session.did,
    ...(await nameOf(session.did).catch(() => undefined)),
    service,
    auth: authOf(session, service),
    profile: (did) => nameOf(did).catch(() => undefined),
    signOut: () => session.signOut(),
  }
}

/** The account's server calls the service for the account; one on this machine it cannot reach. */
function authOf(session: OAuthSession, service: string): Auth {
  const proxied = atprotoSession(session)
  if (!isLoopback(service)) return proxied
  const direct = serviceTokens(session.did, ({ aud, lxm }) =>
    proxied.token(lxm, { url: service, did: aud, serviceId: aud }),
  )
  return { ...direct, resolveHandle: (handle) => proxied.resolveHandle!(handle) }
}

function isLoopback(url: string): boolean {
  return /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/.test(url)
}
