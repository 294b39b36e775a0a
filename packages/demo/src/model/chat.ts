import { computed, signal } from '@preact/signals'
import { MlsClient } from '@catbird/mls-client'
import type { ClientEvent } from '@catbird/mls-client'
import { openIndexedDbStore } from '@catbird/mls-client/indexed-db'
import type { Session } from '../sign-in/session.js'
import { Convo } from './convo.js'
import { Names } from './names.js'
import type { Person } from './names.js'
import { becomeOnlyTab } from './only-tab.js'
import type { OnlyTab } from './only-tab.js'
import { problemOf } from './problem.js'
import type { Problem } from './problem.js'
import { forgetStoreKey, storeKey } from './store-key.js'

/** An account's device in this browser, followed by signals. */
export class Chat {
  readonly names: Names
  readonly connection = signal<Connection>({ state: 'connecting' })
  readonly stopped = signal<Problem | undefined>(undefined)
  /** Accounts that this one has blocked. */
  readonly blocks = signal<readonly string[]>([])
  /** Grows when devices of this account come or go. */
  readonly devicesVersion = signal(0)
  readonly #convos = signal<readonly Convo[]>([])
  readonly #listeners = new AbortController()
  readonly #heard = new Set<(event: ClientEvent) => void>()

  private constructor(
    readonly session: Session,
    readonly client: MlsClient,
    private readonly tab: OnlyTab,
  ) {
    this.names = new Names(session)
    client.listen((event) => this.#take(event))
    const { signal: ending } = this.#listeners
    tab.lost.addEventListener('abort', () => this.#lost(), { signal: ending })
    // A browser that has lost its network does not say so to an open connection.
    addEventListener('offline', () => this.#networkLost(), { signal: ending })
    addEventListener('online', () => client.reconnect(), { signal: ending })
  }

  /** Undefined where another tab has this account's store open, unless it is to be taken over. */
  static async open(session: Session, { takeOver = false } = {}): Promise<Chat | undefined> {
    const name = storeName(session.did)
    const tab = await becomeOnlyTab(name, takeOver)
    if (tab === undefined) return undefined
    try {
      const client = await MlsClient.open({
        service: session.service,
        auth: session.auth,
        store: await openIndexedDbStore(name),
        storeKey: await storeKey(name),
        deviceName: deviceName(),
      })
      const chat = new Chat(session, client, tab)
      chat.#adopt()
      client.start()
      void navigator.storage?.persist?.()
      return chat
    } catch (error) {
      tab.release()
      throw error
    }
  }

  /** Newest first. */
  readonly convos = computed(() =>
    [...this.#convos.value].sort((a, b) => b.lastAt.value - a.lastAt.value),
  )

  readonly unread = computed(() =>
    this.#convos.value.reduce((sum, { now }) => {
      const { unread, request, muted } = now.value
      return request || muted ? sum : sum + unread
    }, 0),
  )

  convo(id: string | undefined): Convo | undefined {
    return this.#convos.value.find((convo) => convo.id === id)
  }

  async block(did: string): Promise<void> {
    await this.client.block(did)
    await this.readBlocks()
  }

  async unblock(did: string): Promise<void> {
    await this.client.unblock(did)
    await this.readBlocks()
  }

  async readBlocks(): Promise<void> {
    this.blocks.value = (await this.client.blocks()).map(({ did }) => did)
  }

  /** People with whom this account has had to do, and those whom the way of signing in knows. */
  acquaintances(): Person[] {
    const dids = this.#convos.value.flatMap((convo) => convo.others.value)
    const known = (this.session.people ?? []).map(({ did }) => did)
    return [...new Set([...known, ...dids])]
      .filter((did) => did !== this.session.did)
      .map((did) => this.names.of(did))
  }

  listen(heard: (event: ClientEvent) => void): () => void {
    this.#heard.add(heard)
    return () => void this.#heard.delete(heard)
  }

  /** Makes sure that a conversation just made or joined is listed. */
  show(id: string): Convo | undefined {
    this.#adopt()
    const convo = this.convo(id)
    convo?.refresh()
    return convo
  }

  /** Reads what is new and sends what waits, now. */
  async retry(convo: Convo): Promise<void> {
    convo.sendProblem.value = undefined
    convo.trouble.value = undefined
    try {
      await this.client.sync()
    } catch (error) {
      convo.sendProblem.value = problemOf(error)
    }
    await convo.readUnsent()
  }

  async close(): Promise<void> {
    this.#listeners.abort()
    await this.client.close().catch(() => undefined)
    this.tab.release()
  }

  /** Ends this device and deletes what it has kept; its messages are gone from this browser. */
  async forget(): Promise<void> {
    const { deviceId } = this.client
    await this.client.deleteDevice(deviceId).catch(() => undefined)
    await this.close()
    await deleteStore(this.session.did)
  }

  #take(event: ClientEvent): void {
    if (event.type === 'online') {
      this.connection.value = { state: 'online' }
      this.readBlocks().catch(() => undefined)
    }
    if (event.type === 'offline') {
      this.connection.value = { state: navigator.onLine ? 'resuming' : 'offline' }
    }
    if (event.type === 'stopped') this.stopped.value = problemOf(event.error)
    if (event.type === 'devices') this.devicesVersion.value += 1
    this.#adopt()
    if ('convoId' in event) this.convo(event.convoId)?.take(event)
    for (const heard of this.#heard) heard(event)
  }

  #networkLost(): void {
    this.connection.value = { state: 'offline' }
    this.client.reconnect()
  }

  /** Lists the conversations that the client has, and no others. */
  #adopt(): void {
    const all = this.client.conversations()
    const known = this.#convos.peek()
    const kept = known.filter(({ conversation }) => all.includes(conversation))
    const added = all
      .filter((each) => known.every(({ conversation }) => conversation !== each))
      .map((each) => new Convo(each, this.names, this.session.did))
    if (added.length === 0 && kept.length === known.length) return
    this.#convos.value = [...kept, ...added]
    for (const convo of added) void convo.load()
  }

  #lost(): void {
    this.stopped.value = {
      title: 'Opened somewhere else',
      advice: 'Another tab uses this account now. Reload to use it here.',
    }
    void this.client.close().catch(() => undefined)
  }
}

/** For a store that cannot be opened any more. */
export async function deleteStore(did: string): Promise<void> {
  const name = storeName(did)
  await new Promise<void>((resolve) => {
    const deleting = indexedDB.deleteDatabase(name)
    deleting.onsuccess = deleting.onerror = deleting.onblocked = () => resolve()
  })
  await forgetStoreKey(name)
}

function storeName(did: string): string {
  return `catbird/${did}`
}

/** The browser and its system, for the account's own list of devices. */
function deviceName(): string {
  const agent = navigator.userAgent
  const browser = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((name) => agent.includes(name))
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'Linux'].find((name) =>
    agent.includes(name),
  )
  const called = { Edg: 'Edge', OPR: 'Opera' }[browser ?? ''] ?? browser ?? 'Browser'
  return system === undefined ? called : `${called} on ${system}`
}

export interface Connection {
  state: 'connecting' | 'online' | 'resuming' | 'offline'
}
