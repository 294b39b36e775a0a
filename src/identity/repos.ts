import type { Did } from '../lib/ids.js'
import { Turns } from '../lib/turns.js'
import { type Fetch, fetchJson } from './fetch-json.js'
import type { Identity } from './identity.js'
import { LookupError } from './lookup-error.js'
import { publicFetch } from './public-fetch.js'

/** Public records in accounts' own repositories, as their PDS has them. Both throw a `LookupError`. */
export interface Repos {
  /** The record's value; undefined where the account has none of that name. */
  getRecord(did: Did, collection: string, rkey: string): Promise<unknown>
  /** The values of a page of at most 100 records, the newest first. */
  listRecords(did: Did, collection: string, cursor?: string): Promise<RecordsPage>
}

/** A PDS is reached like the host of a `did:web`: over public https, or on localhost in development. */
export function createRepos({ identity, allowLocalhost }: RepoOptions): Repos {
  const publicOnly = publicFetch()
  const turns = new Turns(AT_ONCE)
  // A PDS that does not answer holds up its own accounts only.
  const byHost = new Map<string, Turns>()

  async function ask(did: Did, method: string, params: Record<string, string>): Promise<unknown> {
    const url = new URL(`/xrpc/com.atproto.repo.${method}`, await pdsOf(identity, did))
    url.search = new URLSearchParams({ repo: did, ...params }).toString()
    const ofHost = byHost.get(url.host) ?? new Turns(AT_ONCE_PER_HOST)
    byHost.set(url.host, ofHost)
    try {
      return await ofHost.run(() =>
        turns.run(() => fetchJson(fetchFor(url, allowLocalhost, publicOnly), url)),
      )
    } finally {
      if (ofHost.idle) byHost.delete(url.host)
    }
  }

  return {
    async getRecord(did, collection, rkey) {
      try {
        const answer = await ask(did, 'getRecord', { collection, rkey })
        return (answer as { value?: unknown } | null)?.value
      } catch (error) {
        if (isAbsence(error)) return undefined
        throw error
      }
    },
    async listRecords(did, collection, cursor) {
      const params = { collection, limit: '100', ...(cursor !== undefined && { cursor }) }
      const answer = (await ask(did, 'listRecords', params)) as Partial<RawPage> | null
      const records = Array.isArray(answer?.records) ? answer.records : []
      return {
        values: records.map((record) => record?.value),
        cursor: typeof answer?.cursor === 'string' ? answer.cursor : undefined,
      }
    },
  }
}

async function pdsOf(identity: Identity, did: Did): Promise<string> {
  const { pds } = await identity.resolve(did).catch((cause: unknown) => {
    throw new LookupError('its DID document cannot be had', { cause })
  })
  if (pds === undefined) throw new LookupError('it has no PDS')
  return pds
}

function fetchFor(url: URL, allowLocalhost: boolean, publicOnly: Fetch): Fetch {
  const local = url.protocol === 'http:' && url.hostname === 'localhost'
  return local && allowLocalhost ? globalThis.fetch : publicOnly
}

/** Servers before `RecordNotFound` had a name said it in words. */
function isAbsence(error: unknown): boolean {
  if (!(error instanceof LookupError) || !error.refusal) return false
  const { error: name, message } = error.refusal
  return name === 'RecordNotFound' || message.startsWith('Could not locate record')
}

/** Questions under way, and no more sockets than that. */
const AT_ONCE = 256
const AT_ONCE_PER_HOST = 16

export interface RepoOptions {
  identity: Identity
  /** A PDS on `http://localhost` is asked: never in production. */
  allowLocalhost: boolean
}

export interface RecordsPage {
  values: unknown[]
  /** Absent on the last page. */
  cursor: string | undefined
}

interface RawPage {
  records: ({ value?: unknown } | null)[]
  cursor: unknown
}
