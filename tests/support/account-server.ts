import type { BrowserContext, Route } from 'playwright-core'
import { mintDevelopmentToken } from '../../src/auth/development-token.js'
import type { Did } from '../../src/lib/ids.js'
import { JWT_SECRET } from './browser-stage.js'

export const HANDLE = 'erin.example.com'
export const DID = `did:plc:${'erin'.repeat(6)}` as Did
export const PDS = 'https://pds.example.com'

/**
 * What the network is to an account that signs in: who knows its handle, the directory, and its PDS, which is
 * its OAuth server, too. All is answered inside the browser; nothing leaves the machine.
 */
export async function serveAccount(context: BrowserContext): Promise<AccountServer> {
  const server: AccountServer = { pushed: new URLSearchParams(), calls: [], revoked: false }
  await context.route(/^https:/, (route) => answer(server, route))
  return server
}

/** What has been asked of it. */
export interface AccountServer {
  /** The request for authorization. */
  pushed: URLSearchParams
  /** Method, audience and the scheme of the caller's token, for each token that was made. */
  calls: { lxm: string; aud: string; scheme: string }[]
  revoked: boolean
}

async function answer(server: AccountServer, route: Route): Promise<void> {
  const request = route.request()
  const { origin, pathname, searchParams } = new URL(request.url())
  const json = (body: unknown, status = 200) =>
    route.fulfill({ status, headers: ANY_ORIGIN, json: body })
  if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers: ANY_ORIGIN })
  switch (origin + pathname) {
    case 'https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle':
      return json({ did: DID })
    case `https://plc.directory/${DID}`:
    case `https://plc.directory/${encodeURIComponent(DID)}`:
      return json(DOCUMENT)
    case `${PDS}/.well-known/oauth-protected-resource`:
      return json({ resource: PDS, authorization_servers: [PDS] })
    case `${PDS}/.well-known/oauth-authorization-server`:
      return json(METADATA)
    case `${PDS}/par`:
      server.pushed = new URLSearchParams(request.postData() ?? '')
      return json({ request_uri: 'urn:ietf:params:oauth:request_uri:1', expires_in: 300 }, 201)
    case `${PDS}/authorize`:
      return route.fulfill({ contentType: 'text/html', body: consentPage(server.pushed) })
    case `${PDS}/token`:
      return json({
        access_token: 'access',
        refresh_token: 'refresh',
        token_type: 'DPoP',
        expires_in: 3600,
        sub: DID,
        scope: server.pushed.get('scope'),
      })
    case `${PDS}/revoke`:
      server.revoked = true
      return json({})
    case `${PDS}/xrpc/com.atproto.server.getServiceAuth`: {
      const [aud, lxm] = [searchParams.get('aud')!, searchParams.get('lxm')!]
      const [scheme = ''] = (request.headers().authorization ?? '').split(' ')
      server.calls.push({ lxm, aud, scheme })
      // The end of the running second: no token is taken from before the service started.
      const nowMs = Math.ceil(Date.now() / 1000) * 1000
      return json({
        token: mintDevelopmentToken({ secret: JWT_SECRET, did: DID, aud, lxm, nowMs }),
      })
    }
    default:
      return json({ error: 'NotFound', message: `nothing at ${origin}${pathname}` }, 404)
  }
}

function consentPage(pushed: URLSearchParams): string {
  const back = new URLSearchParams({ state: pushed.get('state')!, iss: PDS, code: 'code' })
  return `<!doctype html><title>Your server</title><a href="${pushed.get('redirect_uri')}#${back}">Allow</a>`
}

const ANY_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*, authorization, dpop, content-type',
  'access-control-expose-headers': '*',
}

const DOCUMENT = {
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: DID,
  alsoKnownAs: [`at://${HANDLE}`],
  service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: PDS }],
}

const METADATA = {
  issuer: PDS,
  authorization_endpoint: `${PDS}/authorize`,
  token_endpoint: `${PDS}/token`,
  pushed_authorization_request_endpoint: `${PDS}/par`,
  revocation_endpoint: `${PDS}/revoke`,
  require_pushed_authorization_requests: true,
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'fragment'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  dpop_signing_alg_values_supported: ['ES256'],
  token_endpoint_auth_methods_supported: ['none'],
  scopes_supported: ['atproto'],
  subject_types_supported: ['public'],
  authorization_response_iss_parameter_supported: true,
  client_id_metadata_document_supported: true,
}
