import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LexiconDoc } from '@atproto/lexicon'
import type { Did } from '../../src/lib/ids.js'

const SCRIPT = fileURLToPath(new URL('../pds/network.mjs', import.meta.url))
const PASSWORD = 'correct horse battery staple'

/** A real PDS and a real PLC directory in a process of their own, on loopback (`tests/pds/network.mjs`). */
export async function startPds(): Promise<TestPds> {
  const node = process.env.PDS_NODE
  if (!node) throw new Error('these tests need a PDS: npm run test:pds')
  const directory = await mkdtemp(join(tmpdir(), 'catbird-pds-'))
  const child = spawn(node, [SCRIPT], {
    env: { PATH: process.env.PATH, TMPDIR: directory, LOG_ENABLED: 'false' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const close = async () => {
    child.kill()
    await exited.catch(() => undefined)
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const started = await Promise.race([
      once(child, 'message').then(([message]) => message as Started),
      exited.then(([code]) => Promise.reject(new Error(`the PDS ended with ${code}`))),
    ])
    return new TestPds(started, child, close)
  } catch (error) {
    await close()
    throw error
  }
}

export class TestPds implements AsyncDisposable {
  readonly url: string
  readonly plcUrl: string
  /** What it allows a service that it passes calls on to. */
  readonly proxy: Started['proxy']
  #calls = 0
  #accounts = 0

  constructor(
    started: Started,
    private readonly child: ChildProcess,
    private readonly close: () => Promise<void>,
  ) {
    this.url = started.pdsUrl
    this.plcUrl = started.plcUrl
    this.proxy = started.proxy
  }

  async createAccount(): Promise<PdsAccount> {
    const handle = `account-${++this.#accounts}.test`
    const response = await fetch(`${this.url}/xrpc/com.atproto.server.createAccount`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ handle, email: `${handle}@example.com`, password: PASSWORD }),
    })
    if (!response.ok) throw new Error(`createAccount: ${await response.text()}`)
    const { did, accessJwt } = (await response.json()) as { did: Did; accessJwt: string }
    return new PdsAccount(this, { did, handle, password: PASSWORD, accessJwt })
  }

  /** A new `did:plc` whose `#atproto_mls` is at `endpoint`. */
  registerService(endpoint: string): Promise<Did> {
    return this.#ask('registerService', { endpoint }) as Promise<Did>
  }

  /** A token by an account's own key, with any audience. */
  serviceToken(claims: { did: string; aud: string; lxm: string }): Promise<string> {
    return this.#ask('serviceToken', claims) as Promise<string>
  }

  /** What an account has published under an NSID, resolved with its proof. */
  resolveLexicon(did: string, nsid: string): Promise<LexiconDoc> {
    return this.#ask('resolveLexicon', { did, nsid }) as Promise<LexiconDoc>
  }

  /** The OAuth scopes that `include:…` gives where it names this permission set. */
  scopesOf(include: string, set: object): Promise<string[]> {
    return this.#ask('scopesOf', { include, set }) as Promise<string[]>
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#calls
    return new Promise((resolve, reject) => {
      const take = (answer: Answer) => {
        if (answer.id !== id) return
        this.child.off('message', take)
        if (answer.error === undefined) resolve(answer.result)
        else reject(new Error(answer.error))
      }
      this.child.on('message', take)
      this.child.send({ id, method, params })
    })
  }
}

/** An account with a session at its PDS. */
export class PdsAccount {
  readonly did: Did
  readonly handle: string
  readonly password: string
  /** What its calls of the PDS are authorised by. */
  readonly session: string

  constructor(
    readonly pds: TestPds,
    { did, handle, password, accessJwt }: Omit<PdsSession, 'pds'>,
  ) {
    this.did = did
    this.handle = handle
    this.password = password
    this.session = accessJwt
  }

  /** A call of the PDS with the account's session; `atproto-proxy` sends it on. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${this.session}`)
    return fetch(this.pds.url + path, { ...init, headers })
  }

  /** A service token from `getServiceAuth`, as `TestAccount` gives one. */
  async token({
    aud,
    lxm,
  }: {
    aud?: string | undefined
    lxm?: string | undefined
  }): Promise<string> {
    const params = Object.entries({ aud, lxm }).filter((entry) => entry[1] !== undefined)
    const query = new URLSearchParams(params as [string, string][])
    const response = await this.fetch(`/xrpc/com.atproto.server.getServiceAuth?${query}`)
    if (!response.ok) throw new Error(`getServiceAuth: ${await response.text()}`)
    return ((await response.json()) as { token: string }).token
  }

  /** Writes a record into the account's own repository. */
  async putRecord(collection: string, rkey: string, record: object): Promise<void> {
    const response = await this.procedure('com.atproto.repo.putRecord', {
      repo: this.did,
      collection,
      rkey,
      record: { $type: collection, ...record },
    })
    if (!response.ok) throw new Error(`putRecord: ${await response.text()}`)
  }

  /** A procedure of the PDS itself. */
  procedure(nsid: string, input: object): Promise<Response> {
    return this.fetch(`/xrpc/${nsid}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
  }
}

interface PdsSession {
  pds: TestPds
  did: Did
  handle: string
  password: string
  accessJwt: string
}

interface Started {
  pdsUrl: string
  plcUrl: string
  proxy: { headersTimeout: number; maxResponseSize: number }
}

interface Answer {
  id: number
  result?: unknown
  error?: string
}
