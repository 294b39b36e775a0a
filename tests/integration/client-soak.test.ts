import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LogRecord } from '../../packages/client/src/index.js'
import { Random } from '../support/random.js'
import type { SdkClient } from '../support/sdk.js'
import { SdkStage, until } from '../support/sdk.js'
import { startService } from '../support/service.js'

/** The full length is 30 clients, 10 groups, 300 seconds. */
const CLIENTS = Number(process.env['CLIENT_SOAK_CLIENTS'] ?? 5)
const GROUPS = Number(process.env['CLIENT_SOAK_GROUPS'] ?? 2)
const SECONDS = Number(process.env['CLIENT_SOAK_SECONDS'] ?? 8)
const TIMEOUT_MS = SECONDS * 1000 + 240_000

test(
  'clients that chat, change groups, are killed and cut off all have the same in the end',
  async () => {
    const seed = Random.seed()
    console.log(`MLS_SEED=${seed}`)
    const random = new Random(seed)
    await using service = await startService()
    await using stage = new SdkStage(service)
    const soak = new Soak(stage, random, await stage.online(CLIENTS))
    await soak.createGroups()
    await soak.run(SECONDS * 1000)
    await soak.settle()
    for (const group of soak.groups) await soak.agree(group)
    expect(soak.errors).toEqual([])
    console.log(JSON.stringify(soak.done))
    expect(soak.done.send).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)

class Soak {
  readonly groups: { id: string; owner: number }[] = []
  readonly done: Record<string, number> = {}
  /** What no client may ever throw. */
  readonly errors: unknown[] = []
  /** Texts whose sending was confirmed, by conversation. */
  readonly #confirmed = new Map<string, string[]>()
  readonly #running = new Set<Promise<void>>()
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
        .some(this.clients, 3)
        .map(({ did }) => did)
        .filter((did) => did !== this.clients[owner]!.did)
      const { id } = await this.clients[owner]!.mls.create({ people, name: `group ${at}` })
      this.groups.push({ id, owner })
      this.#confirmed.set(id, [])
    }
  }

  /** A few things at a time, chosen at random. */
  async run(ms: number): Promise<void> {
    const deadline = performance.now() + ms
    while (performance.now() < deadline) {
      while (this.#running.size < 6) this.#begin()
      await Promise.race(this.#running)
      await sleep(5)
    }
    await Promise.all(this.#running)
  }

  /** Everybody online, and everything said that was to be said. */
  async settle(): Promise<void> {
    for (const [at, client] of this.clients.entries()) {
      await client.mls.close()
      this.clients[at] = await this.#open(client)
      await this.clients[at].start()
    }
  }

  /** The members have one state and one log, with all that was confirmed in it, once. */
  async agree({ id, owner }: { id: string; owner: number }): Promise<void> {
    const at = this.clients[owner]!.mls.conversation(id)
    const members = () => this.clients.filter(({ did }) => at.members.includes(did))
    await until('all members have the same epoch and log', async () => {
      const all = members().map(({ mls }) => mls.conversations().find((one) => one.id === id))
      await Promise.all(all.map((one) => one?.sync().catch(() => {})))
      const states = all.map((one) => `${one?.epochAuthenticator} ${one?.position.hash}`)
      const unsent = await Promise.all(all.map(async (one) => (await one?.unsent())?.length ?? 1))
      return new Set(states).size === 1 && unsent.every((count) => count === 0)
    })
    const bySeq = new Map<number, string>()
    for (const client of this.clients) {
      const convo = client.mls.conversations().find((one) => one.id === id)
      for (const entry of (await convo?.history({ limit: 100_000 })) ?? []) {
        expect(entry).not.toMatchObject({ kind: 'unreadable', reason: 'failed' })
        const text = textOf(entry)
        if (text === undefined) continue
        expect(bySeq.get(entry.seq) ?? text).toBe(text)
        bySeq.set(entry.seq, text)
      }
    }
    const texts = [...bySeq.values()]
    expect(new Set(texts).size).toBe(texts.length)
    const lost = this.#confirmed.get(id)!.filter((text) => !texts.includes(text))
    expect(lost).toEqual([])
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
    const convo = client.mls.conversations().find((one) => one.id === id)
    const other = this.random.pick(this.clients).did
    const dice = this.random.int(20)
    if (dice === 0) return this.#kill(index)
    if (dice === 1) return this.#counted('cut', async () => client.mls.reconnect())
    if (convo?.status !== 'active') return sleep(20)
    if (dice < 4) return this.#counted('updateKeys', () => convo.updateKeys())
    if (dice < 6) return this.#counted('add', async () => this.#atOwner(owner, id)?.add(other))
    if (dice < 7 && other !== this.clients[owner]!.did) {
      return this.#counted('remove', async () => this.#atOwner(owner, id)?.remove(other))
    }
    const text = `message ${++this.#count} of ${index}`
    return this.#counted('send', async () => {
      await convo.send(text)
      this.#confirmed.get(id)!.push(text)
    })
  }

  #atOwner(owner: number, id: string) {
    return this.clients[owner]!.mls.conversations().find((one) => one.id === id)
  }

  /** The process ends in the middle of whatever it does, and is started again. */
  async #kill(index: number): Promise<void> {
    const client = this.clients[index]!
    const again = await this.#open(client)
    // The one before finds out that the store is not its own any more.
    this.clients[index] = again
    again.mls.start()
    await client.mls.close().catch(() => {})
    this.done.kill = (this.done.kill ?? 0) + 1
  }

  #open({ account, store, mls: { deviceId } }: SdkClient): Promise<SdkClient> {
    return this.stage.open({ account, store, deviceId })
  }

  async #counted(what: string, work: () => Promise<unknown>): Promise<void> {
    await work()
    this.done[what] = (this.done[what] ?? 0) + 1
  }

  /** A client that was killed or removed says so; anything else is a fault. */
  #judge(error: unknown): void {
    const { code = '', error: name = '' } = error as { code?: string; error?: string }
    const expected =
      ['closed', 'storeTaken', 'storeFailed', 'notMember', 'notJoined', 'contested'].includes(
        code,
      ) || ['NotMember', 'Forbidden', 'NotAdmin', 'ConvoNotFound', 'InvalidCommit'].includes(name)
    if (!expected) this.errors.push(error)
  }
}

function textOf(entry: LogRecord): string | undefined {
  return entry.kind === 'message' && entry.payload.type === 'text' ? entry.payload.text : undefined
}
