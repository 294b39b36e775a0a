import { randomInt } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Did } from '../../src/lib/ids.js'
import { accountDocument } from './did-document.js'
import { RepoHost } from './repo-host.js'
import { createKeypair, signToken } from './tokens.js'
import type { TestKeypair, TokenAlg, TokenClaims } from './tokens.js'

/**
 * A PLC directory over loopback HTTP that serves the documents of accounts made here, counts what
 * it is asked, and misbehaves on demand. It is also the PDS of those accounts, as far as reading goes.
 */
export async function startPlc(): Promise<TestPlc> {
  const documents = new Map<string, object>()
  const requests = new Map<string, number>()
  let behaviour: PlcBehaviour = 'serve'

  const repos = new RepoHost()

  const server = createServer((req, res) => {
    if (repos.answer(req, res)) return
    if (req.url?.startsWith(HANDLES)) return answerHandle(req.url, res, documents)
    const did = decodeURIComponent((req.url ?? '/').slice(1))
    requests.set(did, (requests.get(did) ?? 0) + 1)
    answer(req, res, behaviour, documents.get(did))
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }

  return {
    url: `http://localhost:${port}`,
    repos,
    async createAccount({ alg = 'ES256K', pds = `http://localhost:${port}` } = {}) {
      return new TestAccount(randomPlcDid(), await createKeypair(alg), (did, keypair) => {
        documents.set(did, accountDocument(did, keypair, { pds }))
        repos.keys.set(did, keypair)
      })
    },
    requestsFor: (did) => requests.get(did) ?? 0,
    requestCount: () => [...requests.values()].reduce((sum, count) => sum + count, 0),
    behave(next) {
      behaviour = next
    },
    setDocument(did, document) {
      if (document) documents.set(did, document)
      else documents.delete(did)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** An account with its signing key; `token` signs with the key it has now. */
export class TestAccount {
  readonly #publish: (did: Did, keypair: TestKeypair) => void

  constructor(
    readonly did: Did,
    public keypair: TestKeypair,
    publish: (did: Did, keypair: TestKeypair) => void,
  ) {
    this.#publish = publish
    publish(did, keypair)
  }

  /** A service token of this account: `aud` and `lxm` are wanted, every other claim has a default. */
  token(claims: TokenClaims, header?: Record<string, unknown>): Promise<string> {
    return signToken(this.keypair, { iss: this.did, ...claims }, header)
  }

  /** Takes a new key and publishes it; answers the former one. */
  async rotate(alg?: TokenAlg): Promise<TestKeypair> {
    const former = this.keypair
    this.keypair = await createKeypair(alg ?? (former.jwtAlg as TokenAlg))
    this.#publish(this.did, this.keypair)
    return former
  }
}

const HANDLES = '/xrpc/com.atproto.identity.resolveHandle?'

/** The handle of an account is its identifier below `.test`, as its document says. */
function answerHandle(url: string, res: ServerResponse, documents: Map<string, object>): void {
  const handle = new URLSearchParams(url.slice(HANDLES.length)).get('handle') ?? ''
  const did = `did:plc:${handle.replace(/\.test$/, '')}`
  res.writeHead(documents.has(did) ? 200 : 400, { 'content-type': 'application/json' })
  res.end(JSON.stringify(documents.has(did) ? { did } : { error: 'HandleNotFound', message: '' }))
}

export function randomPlcDid(): Did {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  const id = Array.from({ length: 24 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return `did:plc:${id}` as Did
}

function answer(
  req: IncomingMessage,
  res: ServerResponse,
  behaviour: PlcBehaviour,
  document: object | undefined,
): void {
  switch (behaviour) {
    case 'serve':
      res.writeHead(document ? 200 : 404, { 'content-type': 'application/did+ld+json' })
      res.end(JSON.stringify(document ?? { message: 'DID not registered' }))
      return
    case 'fail':
      res.writeHead(500).end('{}')
      return
    case 'hang':
      return
    case 'reset':
      req.socket.destroy()
      return
    case 'redirect':
      res.writeHead(302, { location: `${req.url}?redirected` }).end()
      return
    case 'garbage':
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"id":')
      return
    case 'oversize':
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end(JSON.stringify({ ...document, padding: 'x'.repeat(1024 * 1024) }))
      return
    default:
      behaviour satisfies never
  }
}

/** `hang` never answers, `reset` cuts the connection, `oversize` answers with over a megabyte. */
export type PlcBehaviour = 'serve' | 'fail' | 'hang' | 'reset' | 'redirect' | 'garbage' | 'oversize'

export interface TestPlc extends AsyncDisposable {
  /** What `PLC_URL` is set to. */
  url: string
  /** What is in the accounts' own repositories. */
  repos: RepoHost
  createAccount(options?: { alg?: TokenAlg; pds?: string }): Promise<TestAccount>
  requestsFor(did: string): number
  requestCount(): number
  behave(behaviour: PlcBehaviour): void
  /** Publishes any document under a DID, or removes it. */
  setDocument(did: string, document: object | undefined): void
  close(): Promise<void>
}
