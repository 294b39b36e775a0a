import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Conversation, LogRecord, MemoryStore } from '../../packages/client/src/index.js'
import { FailingStore } from '../support/failing-store.js'
import { Random } from '../support/random.js'
import type { SdkClient } from '../support/sdk.js'
import { SdkStage, until } from '../support/sdk.js'
import { startService } from '../support/service.js'
import type { TestService } from '../support/service.js'
import { buildSoakProcess, SoakChild } from '../support/soak-child.js'

const LONG = process.env['TEST_LENGTH'] === 'long'
const CLIENTS = LONG ? 26 : 5
/** Clients in processes of their own, which are killed. */
const PROCESSES = LONG ? 4 : 1
const GROUPS = LONG ? 10 : 2
const MS = LONG ? 300_000 : 8_000
const AT_ONCE = LONG ? 8 : 6
/** Until the last entry is applied everywhere, on a machine that does other things. */
const SETTLES_WITHIN_MS = LONG ? 300_000 : 120_000
const SECRET = 'a secret of the soak that is long enough to be one'

test(
  'clients that chat, change groups, are killed and cut off all have the same in the end',
  async () => {
    const seed = Random.seed()
    console.log(`MLS_SEED=${seed}`)
    await using service = await startService({ env: { JWT_SECRET: SECRET } })
    await using stage = new SdkStage(service)
    const dir = await mkdtemp(join(tmpdir(), 'client-soak-'))
    const soak = new Soak(stage, new Random(seed), await stage.online(CLIENTS))
    const begun = performance.now()
    const tell = (what: string) =>
      console.log(`${what} after ${Math.round((performance.now() - begun) / 1000)} s`)
    try {
      await soak.createGroups()
      await soak.startProcesses(service, dir)
      tell('all are there')
      await soak.run(MS)
      tell('all is said')
      await soak.settle()
      tell('all are online')
      for (const group of soak.groups) await soak.agree(group)
      tell('all agree')
    } finally {
      await soak.killProcesses()
      await rm(dir, { recursive: true, force: true })
    }
    console.log(JSON.stringify({ ...soak.done, ...soak.found }))
    expect(soak.errors).toEqual([])
    expect(soak.found.messages).toBeGreaterThan(0)
  },
  MS + 3 * SETTLES_WITHIN_MS + 120_000,
)

class Soak {
  readonly groups: { id: string; owner: number }[] = []
  readonly done: Record<string, number> = {}
  readonly found = { entries: 0, messages: 0, epochs: 0, resets: 0, confirmedByProcesses: 0 }
  /** What no client may ever throw, and no process end with. */
  readonly errors: string[] = []
  /** Texts whose sending was confirmed, by conversation. */
  readonly #confirmed = new Map<string, string[]>()
  readonly #running = new Set<Promise<void>>()
  /** Clients that are being killed: one at a time. */
  readonly #dying = new Set<number>()
  #children: SoakChild[] = []
  #count = 0

  constructor(
    private readonly stage: SdkStage,
    private readonly random: Random,
    private readonly clients: SdkClient[],
  ) {}

  async createGroups(): Promise<void> {
    for (let at = 0; at < GROUPS; at++) {
      const owner = at % this.clients.length
      const people = this.random
        .some(this.clients, 4)
        .map(({ did }) => did)
        .filter((did) => did !== this.clients[owner]!.did)
      const { id } = await this.clients[owner]!.mls.create({ people, name: `group ${at}` })
      this.groups.push({ id, owner })
      this.#confirmed.set(id, [])
    }
  }

  /** Each is in some of the groups as soon as it has published key packages, and talks there. */
  async startProcesses({ url, createAccount }: TestService, dir: string): Promise<void> {
    const program = await buildSoakProcess(dir)
    for (let at = 0; at < PROCESSES; at++) {
      const onConfirmed = ({ convoId, text }: { convoId: string; text: string }) => {
        this.#confirmed.get(convoId)!.push(text)
        this.found.confirmedByProcesses += 1
      }
      const account = await createAccount()
      const options = { program, dir, url, secret: SECRET, onConfirmed }
      const child = new SoakChild(account, options, at)
      this.#children.push(child)
      child.start()
      for (const { id, owner } of this.random.some(this.groups, 3)) {
        await this.#patiently(() => this.#atOwner(owner, id)!.add(account.did))
      }
      const before = this.found.confirmedByProcesses
      await until('it says something', () => this.found.confirmedByProcesses > before)
    }
  }

  /** A few things at a time, chosen at random. */
  async run(ms: number): Promise<void> {
    const deadline = performance.now() + ms
    const killing = this.#killProcessesUntil(deadline)
    while (performance.now() < deadline) {
      while (this.#running.size < AT_ONCE) this.#begin()
      await Promise.race(this.#running)
      await sleep(5)
    }
    await Promise.all([...this.#running, killing])
  }

  /** Everybody online in this process, and everything said that was to be said. */
  async settle(): Promise<void> {
    for (const client of this.clients) await client.mls.close()
    await this.killProcesses()
    const children = this.#children.map((child) => {
      const { account, deviceId } = child
      return this.stage.open({ account, deviceId, store: child.store() })
    })
    const reopened = this.clients.map((client) => this.#open(client, keptBy(client)))
    this.clients.splice(0, this.clients.length, ...(await Promise.all([...reopened, ...children])))
    await Promise.all(this.clients.map((client) => client.start()))
  }

  /** The members have one state and one log, with all that was confirmed in it, once. */
  async agree({ id, owner }: { id: string; owner: number }): Promise<void> {
    const at = this.clients[owner]!.mls.conversation(id)
    const here = () =>
      this.clients.filter(({ did }) => at.members.includes(did)).map((client) => found(client, id))
    const deadline = performance.now() + SETTLES_WITHIN_MS
    let states = await Promise.all(here().map(stateOf))
    while (new Set(states).size > 1 || states.some((state) => state.endsWith('unsent'))) {
      if (performance.now() > deadline) {
        const rows = here().map((convo) => ({ ...convo?.position, status: convo?.status }))
        throw new Error(`they do not agree: ${JSON.stringify({ states, rows })}`)
      }
      await Promise.all(here().map((convo) => convo?.sync().catch(() => {})))
      await sleep(200)
      states = await Promise.all(here().map(stateOf))
    }
    await this.#compareLogs(id)
    this.found.epochs += at.epoch!
    this.found.resets += (await at.safety()).generation
  }

  async #compareLogs(id: string): Promise<void> {
    const bySeq = new Map<number, string>()
    let last = 0
    for (const client of this.clients) {
      const history = (await found(client, id)?.history({ limit: 100_000 })) ?? []
      const texts = history.flatMap((entry) => textOf(entry) ?? [])
      // Nothing twice in what one reads, and nothing at different places in what two read.
      expect(new Set(texts).size).toBe(texts.length)
      for (const entry of history) {
        last = Math.max(last, entry.seq)
        expect(entry).not.toMatchObject({ kind: 'unreadable', reason: 'failed' })
        const text = textOf(entry)
        if (text === undefined) continue
        expect(bySeq.get(entry.seq) ?? text).toBe(text)
        bySeq.set(entry.seq, text)
      }
    }
    const texts = new Set(bySeq.values())
    expect(texts.size).toBe(bySeq.size)
    const lost = this.#confirmed.get(id)!.filter((text) => !texts.has(text))
    expect(lost).toEqual([])
    this.found.entries += last
    this.found.messages += texts.size
  }

  async killProcesses(): Promise<void> {
    for (const child of this.#children) {
      const complaint = await child.kill()
      if (complaint !== undefined) this.errors.push(`a process: ${complaint}`)
    }
  }

  async #killProcessesUntil(deadline: number): Promise<void> {
    for (;;) {
      const waitMs = 500 + this.random.int(3_000)
      if (performance.now() + waitMs > deadline) return
      await sleep(waitMs)
      const child = this.random.pick(this.#children)
      const complaint = await child.kill()
      if (complaint !== undefined) this.errors.push(`a process: ${complaint}`)
      child.start()
      this.#did('killProcess')
    }
  }

  #begin(): void {
    const index = this.random.int(this.clients.length)
    const group = this.random.pick(this.groups)
    const work = this.#step(index, group)
      .catch((error: unknown) => this.#judge(error))
      .finally(() => this.#running.delete(work))
    this.#running.add(work)
  }

  async #step(index: number, { id, owner }: { id: string; owner: number }): Promise<void> {
    const client = this.clients[index]!
    const convo = found(client, id)
    const other = this.random.pick(this.clients).did
    const dice = this.random.int(100)
    if (dice < 4) return this.#counted('takeStore', () => this.#kill(index))
    if (dice < 8) return this.#counted('failStore', () => this.#killAtWrite(index))
    if (dice < 12) return this.#counted('cut', async () => client.mls.reconnect())
    if (dice < 13 && this.random.int(3) === 0)
      return this.#counted('reset', async () => this.#atOwner(owner, id)?.reset())
    if (convo?.status !== 'active') return sleep(20)
    if (dice < 20) return this.#counted('updateKeys', () => convo.updateKeys())
    if (dice < 30) return this.#counted('add', async () => this.#atOwner(owner, id)?.add(other))
    if (dice < 35 && other !== this.clients[owner]!.did) {
      return this.#counted('remove', async () => this.#atOwner(owner, id)?.remove(other))
    }
    if (dice < 38 && index !== owner) return this.#counted('leave', () => convo.leave())
    const text = `message ${++this.#count} of ${index}`
    return this.#counted('send', async () => {
      await convo.send(text)
      this.#confirmed.get(id)!.push(text)
    })
  }

  #atOwner(owner: number, id: string): Conversation | undefined {
    return found(this.clients[owner]!, id)
  }

  /** Another takes the store over in the middle of whatever this one does: its next write fails. */
  async #kill(index: number): Promise<void> {
    if (this.#dying.has(index)) return
    this.#dying.add(index)
    const client = this.clients[index]!
    const again = await this.#open(client, keptBy(client))
    this.clients[index] = again
    again.mls.start()
    await client.mls.close().catch(() => {})
    this.#dying.delete(index)
  }

  /** The process ends before or after one of its next writes, and is started again. */
  async #killAtWrite(index: number): Promise<void> {
    const { store } = this.clients[index]!
    if (store instanceof FailingStore) {
      store.after = this.random.int(2) === 0
      store.failAt = store.writes + 1 + this.random.int(6)
    }
    await sleep(this.random.int(500))
    await this.#kill(index)
  }

  #open({ account, mls: { deviceId } }: SdkClient, kept: MemoryStore): Promise<SdkClient> {
    return this.stage.open({ account, store: new FailingStore(kept), deviceId })
  }

  async #patiently(work: () => Promise<void>): Promise<void> {
    for (const deadline = performance.now() + 60_000; ;) {
      try {
        return await work()
      } catch (error) {
        if (performance.now() > deadline) throw error
        await sleep(200)
      }
    }
  }

  async #counted(what: string, work: () => Promise<unknown>): Promise<void> {
    await work()
    this.#did(what)
  }

  #did(what: string): void {
    this.done[what] = (this.done[what] ?? 0) + 1
  }

  /** A client that was killed or removed says so; anything else is a fault. */
  #judge(error: unknown): void {
    const { code = '', error: name = '' } = error as { code?: string; error?: string }
    if (!KILLED.has(code) && !OUT.has(code) && !OUT.has(name)) this.errors.push(String(error))
  }
}

/** What a client throws whose process ends. */
const KILLED = new Set(['closed', 'storeTaken', 'storeFailed'])
/** What one is told that is not in the group any more, or not yet, or whom others have always outrun. */
const OUT = new Set(['notMember', 'notJoined', 'contested', 'NotMember', 'ConvoNotFound'])

function found({ mls }: SdkClient, id: string): Conversation | undefined {
  return mls.conversations().find((one) => one.id === id)
}

function keptBy({ store }: SdkClient): MemoryStore {
  return store instanceof FailingStore ? store.kept : (store as MemoryStore)
}

async function stateOf(convo: Conversation | undefined): Promise<string> {
  const unsent = (await convo?.unsent()) ?? []
  const waits = unsent.length > 0 ? 'unsent' : ''
  return `${convo?.epochAuthenticator} ${convo?.position.hash} ${waits}`
}

function textOf(entry: LogRecord): string | undefined {
  return entry.kind === 'message' && entry.payload.type === 'text' ? entry.payload.text : undefined
}
