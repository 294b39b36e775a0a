import type { LexiconDoc } from '@atproto/lexicon'
import { createLookup } from '../../identity/lookup.js'
import { LookupError } from '../../identity/lookup-error.js'
import type { Did } from '../../lib/ids.js'
import { CommandError } from '../token.js'

/** Lexicons are records of this collection, by their NSID (AT Protocol, Lexicon publication). */
const COLLECTION = 'com.atproto.lexicon.schema'
const PAGES_MAX = 100
const TIMEOUT_MS = 30_000

/** The published lexicons of an account, in its repository at its PDS. */
export class SchemaRepository {
  #session: string | undefined

  private constructor(
    readonly account: Did,
    readonly pds: string,
  ) {}

  /** @throws {CommandError} as all its methods do, with a line for the operator. */
  static async of(account: Did, { plcUrl, allowLocalhost }: Place): Promise<SchemaRepository> {
    const lookup = createLookup({ plcUrl, allowLocalhost })
    const { pds } = await lookup(account).catch((error: unknown) => {
      if (!(error instanceof LookupError)) throw error
      throw new CommandError(`${account} cannot be resolved: ${error.message}`)
    })
    if (pds === undefined) throw new CommandError(`${account} has no PDS`)
    const { protocol, hostname } = new URL(pds)
    const local = allowLocalhost && protocol === 'http:' && hostname === 'localhost'
    if (protocol !== 'https:' && !local) throw new CommandError(`${pds} is no https address`)
    return new SchemaRepository(account, pds.replace(/\/+$/, ''))
  }

  /** What is published, by NSID. */
  async list(): Promise<Map<string, Published>> {
    const published = new Map<string, Published>()
    let cursor: string | undefined
    for (let page = 0; page < PAGES_MAX; page++) {
      const query = new URLSearchParams({
        repo: this.account,
        collection: COLLECTION,
        limit: '100',
      })
      if (cursor !== undefined) query.set('cursor', cursor)
      const answer = (await this.#call(`com.atproto.repo.listRecords?${query}`)) as Page
      for (const { uri, cid, value } of answer.records) {
        published.set(uri.slice(uri.lastIndexOf('/') + 1), { cid, doc: withoutType(value) })
      }
      cursor = answer.cursor
      if (cursor === undefined || answer.records.length === 0) return published
    }
    throw new CommandError(`${this.account} has more than ${published.size} lexicons`)
  }

  async signIn({ password, session }: Credentials): Promise<void> {
    if (session !== undefined) {
      this.#session = session
      return
    }
    const input = { identifier: this.account, password }
    const answer = await this.#call('com.atproto.server.createSession', input)
    this.#session = (answer as { accessJwt: string }).accessJwt
  }

  /** @param replacing CID of what is published now, null where nothing is: else somebody was faster. */
  async put(doc: LexiconDoc, replacing: string | null): Promise<void> {
    await this.#call('com.atproto.repo.putRecord', {
      repo: this.account,
      collection: COLLECTION,
      rkey: doc.id,
      record: { $type: COLLECTION, ...doc },
      swapRecord: replacing,
    })
  }

  /** A query, or with `input` a procedure. */
  async #call(method: string, input?: object): Promise<unknown> {
    const headers: Record<string, string> = {}
    if (this.#session !== undefined) headers.authorization = `Bearer ${this.#session}`
    if (input !== undefined) headers['content-type'] = 'application/json'
    const response = await fetch(`${this.pds}/xrpc/${method}`, {
      method: input === undefined ? 'GET' : 'POST',
      redirect: 'error',
      headers,
      ...(input !== undefined && { body: JSON.stringify(input) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new CommandError(`${this.pds} cannot be reached`, { cause })
    })
    const answer: unknown = await response.json().catch(() => undefined)
    if (response.ok) return answer
    const { error, message } = (answer ?? {}) as { error?: string; message?: string }
    const name = method.split('?')[0]
    const why = error === 'InvalidSwap' ? 'it was changed meanwhile, run this again' : message
    throw new CommandError(`${name}: ${this.pds} says ${error ?? response.status}: ${why ?? ''}`)
  }
}

function withoutType(value: Record<string, unknown>): unknown {
  const { $type, ...doc } = value
  void $type
  return doc
}

export interface Published {
  cid: string
  /** What stands there, whatever that is. */
  doc: unknown
}

/** One of them. */
export interface Credentials {
  /** An app password. */
  password?: string | undefined
  /** `accessJwt` of a session. */
  session?: string | undefined
}

interface Place {
  plcUrl: string
  /** A PDS on `http://localhost` may be asked. */
  allowLocalhost: boolean
}

interface Page {
  records: { uri: string; cid: string; value: Record<string, unknown> }[]
  cursor?: string
}
