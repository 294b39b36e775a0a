import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OwnRepository } from '../../packages/client/src/index.js'
import { proofOf } from './signed-repo.js'
import type { TestKeypair } from './tokens.js'

/**
 * The part of a PDS that reads public repositories, for the accounts of a test: `getRecord` and
 * `listRecords` (`com.atproto.repo`), and `getRecord` with proof (`com.atproto.sync`), over whatever server
 * hands it requests.
 */
export class RepoHost {
  readonly #records = new Map<string, Map<string, unknown>>()
  /** Requests, by method. */
  readonly asked: { method: string; repo: string; collection: string }[] = []
  /** Keys that accounts' repositories are signed with. */
  readonly keys = new Map<string, TestKeypair>()
  /** Answers 503 to everything while set. */
  down = false

  /** `undefined` deletes the record. */
  setRecord(did: string, collection: string, rkey: string, value: object | undefined): void {
    const records = this.#collection(did, collection)
    if (value) records.set(rkey, { $type: collection, ...value })
    else records.delete(rkey)
  }

  declare(did: string, allowIncoming: string | undefined): void {
    const value = allowIncoming === undefined ? undefined : { allowIncoming }
    this.setRecord(did, 'blue.catbird.mls.declaration', 'self', value)
  }

  follow(did: string, subject: string): void {
    const collection = 'app.bsky.graph.follow'
    const rkey = String(this.#collection(did, collection).size).padStart(6, '0')
    this.setRecord(did, collection, rkey, { subject })
  }

  /** The same repository, as its owner's client has it. */
  own(did: string): OwnRepository {
    return {
      get: async (collection, rkey) => this.#collection(did, collection).get(rkey),
      put: async (collection, rkey, record) => this.setRecord(did, collection, rkey, record),
      delete: async (collection, rkey) => this.setRecord(did, collection, rkey, undefined),
    }
  }

  /** True if the request was for a repository, and is answered. */
  answer(req: IncomingMessage, res: ServerResponse): boolean {
    const url = new URL(req.url ?? '/', 'http://localhost')
    const [, area, method] = /^\/xrpc\/com\.atproto\.(repo|sync)\.(\w+)$/.exec(url.pathname) ?? []
    if (method === undefined) return false
    const param = (name: string) => url.searchParams.get(name) ?? ''
    if (area === 'sync') {
      void this.#prove(res, param('did'), param('collection'), param('rkey'))
      return true
    }
    this.asked.push({ method, repo: param('repo'), collection: param('collection') })
    if (this.down) return send(res, 503, { error: 'ServiceUnavailable' })
    const records = this.#collection(param('repo'), param('collection'))
    if (method === 'getRecord') {
      const value = records.get(param('rkey'))
      const missing = { error: 'RecordNotFound', message: 'Could not locate record' }
      return value ? send(res, 200, { uri: 'at://', value }) : send(res, 400, missing)
    }
    const newestFirst = [...records].reverse()
    const from = newestFirst.findIndex(([rkey]) => rkey < (param('cursor') || '~'))
    const page = from < 0 ? [] : newestFirst.slice(from, from + Number(param('limit')))
    const cursor = page.length === Number(param('limit')) ? page.at(-1)?.[0] : undefined
    return send(res, 200, { records: page.map(([, value]) => ({ value })), cursor })
  }

  async #prove(res: ServerResponse, did: string, collection: string, rkey: string): Promise<void> {
    const keypair = this.keys.get(did)
    if (this.down) return void send(res, 503, { error: 'ServiceUnavailable' })
    if (!keypair) return void send(res, 400, { error: 'RepoNotFound', message: 'no such repo' })
    const records = [...this.#records].flatMap(([key, collected]) => {
      const [owner, collection = ''] = key.split(' ')
      if (owner !== did) return []
      return [...collected].map(([rkey, value]) => ({ collection, rkey, value: value as object }))
    })
    const proof = await proofOf({ did, keypair, records }, collection, rkey)
    res.writeHead(200, { 'content-type': 'application/vnd.ipld.car' }).end(proof)
  }

  #collection(did: string, collection: string): Map<string, unknown> {
    const key = `${did} ${collection}`
    const records = this.#records.get(key) ?? new Map<string, unknown>()
    this.#records.set(key, records)
    return records
  }
}

function send(res: ServerResponse, status: number, body: object): true {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  res.end(JSON.stringify(body))
  return true
}
