import { MlsClientError } from '../errors.js'
import type { Auth, AuthorizedCall, ServiceAddress } from './auth.js'
import type { OwnRepository } from './own-repository.js'

/** Longer bodies are not passed on by a PDS. */
const PDS_BODY_BYTES = 10 * 1024 * 1024

/**
 * Requests through the account's own PDS, with `atproto-proxy`: the PDS makes the tokens. `agent` is
 * what `@atproto/api` and `@atproto/oauth-client` give after signing in (`Agent`, `OAuthSession`,
 * `CredentialSession`).
 */
export function atprotoSession(agent: AtprotoAgent): Auth {
  const did = agent.did
  if (did === undefined) throw new MlsClientError('invalid', 'the agent is not signed in')

  async function query<T>(nsid: string, params: Record<string, string>): Promise<T> {
    const answer = await agent.fetchHandler(`/xrpc/${nsid}?${new URLSearchParams(params)}`, {
      method: 'GET',
    })
    if (!answer.ok) throw new MlsClientError('refused', `${nsid}: the PDS said ${answer.status}`)
    return (await answer.json()) as T
  }

  async function tokenFor(aud: string, lxm: string): Promise<string> {
    const params = { aud, lxm }
    return (await query<{ token: string }>('com.atproto.server.getServiceAuth', params)).token
  }

  let namesEntry = true
  /** What an OAuth session was granted names the service's entry; older PDSs know bare DIDs only. */
  async function token(nsid: string, service: ServiceAddress): Promise<string> {
    if (namesEntry) {
      try {
        return await tokenFor(service.serviceId, nsid)
      } catch (error) {
        if (!(error instanceof MlsClientError)) throw error
      }
    }
    const bare = await tokenFor(service.did, nsid)
    namesEntry = false
    return bare
  }

  return {
    did,
    token,
    async fetch({ nsid, path, init }: AuthorizedCall, service) {
      const headers = new Headers(init.headers)
      if (bodyLength(init.body) > PDS_BODY_BYTES) {
        headers.set('authorization', `Bearer ${await token(nsid, service)}`)
        return fetch(service.url + path, { ...init, headers })
      }
      headers.set('atproto-proxy', service.serviceId)
      return agent.fetchHandler(path, { ...init, headers })
    },
    repository: repositoryOf(agent, did),
    async resolveHandle(handle) {
      return (await query<{ did: string }>('com.atproto.identity.resolveHandle', { handle })).did
    },
  }
}

/** Records by the session itself, which needs leave to write the two collections. */
function repositoryOf(agent: AtprotoAgent, repo: string): OwnRepository {
  async function call(method: string, init: RequestInit, query = ''): Promise<unknown> {
    const nsid = `com.atproto.repo.${method}`
    const answer = await agent.fetchHandler(`/xrpc/${nsid}${query}`, init)
    const body = (await answer.json().catch(() => undefined)) as
      { error?: string; message?: string } | undefined
    if (answer.ok) return body
    if (body?.error === 'RecordNotFound') return undefined
    throw new MlsClientError(
      'refused',
      `${nsid}: the PDS said ${answer.status} ${body?.error ?? ''}`,
    )
  }
  const post = (method: string, input: object) =>
    call(method, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ repo, ...input }),
    })
  return {
    async get(collection, rkey) {
      const query = `?${new URLSearchParams({ repo, collection, rkey })}`
      const answer = await call('getRecord', { method: 'GET' }, query)
      return (answer as { value?: unknown } | undefined)?.value
    },
    async put(collection, rkey, record) {
      // The lexicons are ours: a PDS need not know them.
      await post('putRecord', { collection, rkey, record, validate: false })
    },
    async delete(collection, rkey) {
      await post('deleteRecord', { collection, rkey })
    },
  }
}

function bodyLength(body: RequestInit['body']): number {
  if (typeof body === 'string') return body.length
  return body instanceof Uint8Array ? body.length : 0
}

/** What an AT Protocol agent or OAuth session has. */
export interface AtprotoAgent {
  did?: string
  /** Authorised `fetch` of a path at the account's PDS. */
  fetchHandler(path: string, init: RequestInit): Promise<Response>
}
