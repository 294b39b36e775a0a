import { Service } from './api/service.js'
import type { Description } from './api/description.js'
import { declare } from './account/declaration.js'
import type { AllowIncoming } from './account/declaration.js'
import type { Auth } from './auth/auth.js'
import { deleteAccount, exportAccount } from './account/account-data.js'
import { blockAccount, listBlocks, unblockAccount } from './account/blocks.js'
import type { Block } from './account/blocks.js'
import { registerPush, unregisterPush } from './account/push.js'
import type { PushTarget } from './account/push.js'
import { Conversation } from './conversation.js'
import type { DevicePolicy } from './convo/admission.js'
import { watchDevices } from './convo/device-watch.js'
import { createConvo } from './convo/create.js'
import type { ConvoWish } from './convo/create.js'
import { catchUp } from './convo/catch-up.js'
import { ConvoState } from './convo/state.js'
import type { ConvoDeps } from './convo/state.js'
import { joinByInvite, previewInvite } from './convo/invited.js'
import type { InvitePreview } from './convo/invited.js'
import { joinByCommit, waitingRecord } from './convo/join.js'
import { flush } from './convo/send.js'
import { openDevice } from './device/device.js'
import { forgetDevice } from './device/own-record.js'
import { KeyPackageStore } from './device/key-package-store.js'
import { Stock } from './device/stock.js'
import { MlsClientError } from './errors.js'
import { Events } from './events.js'
import type { ClientEvent } from './events.js'
import { Queue } from './lib/queue.js'
import type { KeyHandle } from './lib/bytes.js'
import type { DeviceView } from './lexicon/types/blue/catbird/mls/defs.js'
import type { Repositories } from './repositories/repositories.js'
import { SealedStore } from './store/sealed-store.js'
import type { Store } from './store/store.js'
import { Convos } from './sync/convos.js'
import { SyncLoop } from './sync/loop.js'

const KEY_PACKAGES = 30
const REMOVAL_DELAY_MS = 5_000

/** A device of an account at a delivery service. */
export class MlsClient implements AsyncDisposable {
  readonly #loop: SyncLoop
  readonly #conversations = new WeakMap<ConvoState, Conversation>()

  private constructor(
    private readonly convos: Convos,
    private readonly stock: Stock,
    private readonly ending: AbortController,
    private readonly lookAtDevices: (convoId: string) => void,
  ) {
    this.#loop = new SyncLoop(convos, stock)
    online.set(convos.deps, () => this.#loop.online)
  }

  /**
   * Opens the device that the store holds, and makes one in an empty store. Needs no network: `start`
   * does. A store serves one client at a time, the one that opened it last.
   */
  static async open(options: ClientOptions): Promise<MlsClient> {
    const ending = new AbortController()
    const events = new Events()
    const stop = (error: Error) => {
      if (ending.signal.aborted) return
      ending.abort(error)
      events.emit({ type: 'stopped', error })
    }
    const store = await SealedStore.open(options.store, options.storeKey, stop)
    const { auth } = options
    const device = await openDevice(store, auth.did, options)
    const url = options.service.replace(/\/$/, '')
    const service = new Service(url, auth, ending.signal, (retry) =>
      events.emit({ type: 'retry', ...retry }),
    )
    const packages = new KeyPackageStore(store, device)
    const deps: ConvoDeps = {
      service,
      store,
      device,
      packages,
      events,
      signal: ending.signal,
      stop,
      isOnline: () => online.get(deps)?.() ?? false,
      removalDelayMs: options.removalDelayMs ?? REMOVAL_DELAY_MS,
      repositories: options.repositories,
      devicePolicy: options.devicePolicy ?? 'refuseMismatch',
    }
    const wanted = options.keyPackages ?? KEY_PACKAGES
    const stock = new Stock(service, device, packages, wanted, options.deviceName, (error) =>
      events.emit({ type: 'unrecorded', error }),
    )
    const convos = await Convos.load(deps)
    const look = watchDevices(deps, (convoId) => convos.get(convoId))
    return new MlsClient(convos, stock, ending, look)
  }

  /** The account. */
  get did(): string {
    return this.convos.deps.device.did
  }

  /** This device's name within the account: it stays as long as the store. */
  get deviceId(): string {
    return this.convos.deps.device.deviceId
  }

  /** The signature key of this device: what others compare with what they see. */
  get signaturePublicKey(): Uint8Array {
    return this.convos.deps.device.publicKey
  }

  /** The stream is open, and everything missed was read. */
  get online(): boolean {
    return this.#loop.online
  }

  /** Follows the service from now on, until the client is closed. */
  start(): void {
    this.#loop.start()
  }

  /** Registers the device, reads everything that is new and sends what waits, once. */
  async sync(): Promise<void> {
    await this.stock.settle()
    await this.convos.syncAll()
  }

  /** Opens the stream anew, and at once: for a device that was asleep, or has its network back. */
  reconnect(): void {
    this.#loop.reconnect()
  }

  /** What the service says about itself: suites, limits, address. */
  describeService(): Promise<Description> {
    return this.convos.deps.service.describe()
  }

  /** All conversations that this device knows, those that it has left among them; see `status`. */
  conversations(): Conversation[] {
    return this.convos.all().map((state) => this.#wrap(state))
  }

  /** One of them, by its id. Throws `unknownConversation`. */
  conversation(convoId: string): Conversation {
    const state = this.convos.get(convoId)
    if (state === undefined) {
      throw new MlsClientError('unknownConversation', `no conversation ${convoId} on this device`)
    }
    return this.#wrap(state)
  }

  /** A group of this account and others, by handle or DID. The name is for members, unless public. */
  async create(wish: {
    people: string[]
    name?: string
    description?: string
    public?: boolean
  }): Promise<Conversation> {
    const { name, description } = wish
    const named = name !== undefined || description !== undefined
    return this.#create({
      kind: 'group',
      dids: (await this.#resolve(wish.people)).filter((did) => did !== this.did),
      ...(named && {
        title: {
          public: wish.public ?? false,
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
        },
      }),
    })
  }

  /** The one conversation of two with this person; made if there is none. */
  async direct(person: string): Promise<Conversation> {
    const dids = await this.#resolve([person])
    const known = this.conversations().find(
      ({ kind, status, members }) =>
        kind === 'direct' && status === 'active' && dids.every((did) => members.includes(did)),
    )
    return known ?? this.#create({ kind: 'direct', dids })
  }

  /** The devices of this account, as the service has them. */
  async devices(): Promise<DeviceView[]> {
    const { devices } = await this.convos.deps.service.call('listDevices', (mls, options) =>
      mls.listDevices({}, options),
    )
    return devices
  }

  /**
   * Ends a device: its keys are removed from every group, and it is never registered again. Where it is
   * this one, its store is emptied and the client closed.
   */
  async deleteDevice(deviceId: string): Promise<void> {
    const { service } = this.convos.deps
    await service.call('deleteDevice', (mls, options) => mls.deleteDevice({ deviceId }, options))
    const { repository } = service.auth
    // Without the record, or with it: the service has forgotten the device.
    if (repository) await forgetDevice(repository, deviceId).catch(() => {})
    if (deviceId === this.deviceId) await this.#erase()
  }

  /** Says in the account's own repository who may add it, and that it is at this service. */
  async declare(allowIncoming: AllowIncoming): Promise<void> {
    const { service } = this.convos.deps
    const { did } = await service.address()
    await declare(service.auth.repository, { allowIncoming, service: did })
  }

  /** What an invite opens, before one joins. */
  previewInvite(secret: string): Promise<InvitePreview> {
    return previewInvite(this.convos.deps, secret)
  }

  /** Joins the conversation that an invite opens. */
  async joinByInvite(secret: string): Promise<Conversation> {
    const { deps } = this.convos
    const state = await joinByInvite(
      deps,
      secret,
      (convoId) => this.convos.get(convoId),
      (staged) => this.convos.put(staged),
    )
    return this.#wrap(state)
  }

  /** From now on neither of the two can add the other to a conversation. */
  async block(person: string): Promise<void> {
    const [did = ''] = await this.#resolve([person])
    await blockAccount(this.convos.deps.service, did)
  }

  /** Takes a block back. */
  async unblock(person: string): Promise<void> {
    const [did = ''] = await this.#resolve([person])
    await unblockAccount(this.convos.deps.service, did)
  }

  /** The accounts that this one has blocked. */
  blocks(): Promise<Block[]> {
    return listBlocks(this.convos.deps.service)
  }

  /** Wakes this device by push when there is something to read. */
  registerPush(target: PushTarget): Promise<void> {
    return registerPush(this.convos.deps.service, this.deviceId, target)
  }

  /** Ends the pushes to this target. */
  unregisterPush(target: PushTarget): Promise<void> {
    return unregisterPush(this.convos.deps.service, this.deviceId, target)
  }

  /** Everything that the service holds of this account, as records. */
  exportAccount(): Promise<Record<string, unknown>[]> {
    return exportAccount(this.convos.deps.service)
  }

  /**
   * Ends this account at the service, with all its devices and memberships; then the store is emptied
   * and the client closed. There is no way back.
   */
  async deleteAccount(): Promise<void> {
    await deleteAccount(this.convos.deps.service)
    await this.#erase()
  }

  /** Calls back at every event, until the function that it answers is called. */
  listen(listener: (event: ClientEvent) => void): () => void {
    return this.convos.deps.events.listen(listener)
  }

  /** Events from now on; it ends when the client is closed. */
  events(): AsyncIterableIterator<ClientEvent> {
    const queue = new Queue<ClientEvent>(() => stop())
    const stop = this.listen((event) => queue.put(event))
    const { signal } = this.convos.deps
    signal.addEventListener('abort', () => queue.close(), { once: true })
    return queue
  }

  /** Stops and closes the store. What waits to be sent stays there. */
  async close(): Promise<void> {
    await this.#stop()
    await this.convos.deps.store.close()
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #stop(): Promise<void> {
    this.ending.abort(new MlsClientError('closed', 'the client is closed'))
    for (const state of this.convos.all()) clearTimeout(state.removalTimer)
    await this.#loop.stop()
  }

  async #erase(): Promise<void> {
    await this.#stop()
    await this.convos.deps.store.clear()
    await this.convos.deps.store.close()
  }

  async #create(wish: ConvoWish): Promise<Conversation> {
    const { deps } = this.convos
    const created = await createConvo(deps, wish, (staged) => this.convos.put(staged))
    const state = 'state' in created ? created.state : await this.#enter(created.existing)
    this.lookAtDevices(state.convoId)
    await flush(state)
    return this.#wrap(state)
  }

  /** A conversation of this account that exists already: known, by a welcome, or by a commit. */
  async #enter(convoId: string): Promise<ConvoState> {
    if (this.convos.get(convoId) === undefined) await this.convos.takeWelcomes()
    const { deps } = this.convos
    const known = this.convos.get(convoId)
    if (known?.record.status === 'active') {
      await catchUp(known)
      return known
    }
    const { convo } = await deps.service.call('getConvo', (mls, options) =>
      mls.getConvo({ convoId }, options),
    )
    const state = known ?? this.convos.put(await ConvoState.create(deps, waitingRecord(convo)))
    await joinByCommit(state)
    return state
  }

  #wrap(state: ConvoState): Conversation {
    const known = this.#conversations.get(state)
    if (known !== undefined) return known
    const made = new Conversation(state, (people) => this.#resolve(people))
    this.#conversations.set(state, made)
    return made
  }

  #resolve(people: string[]): Promise<string[]> {
    const { service, repositories } = this.convos.deps
    const { auth } = service
    return Promise.all(
      people.map(async (person) => {
        if (person.startsWith('did:')) return person
        const handle = person.replace(/^@/, '').toLowerCase()
        if (repositories !== undefined) {
          return repositories.resolve(handle).catch((cause: unknown) => {
            throw new MlsClientError('handle', `${handle} does not lead to an account`, { cause })
          })
        }
        if (auth.resolveHandle === undefined) {
          throw new MlsClientError(
            'handle',
            `this way of signing in resolves no handles: ${handle}`,
          )
        }
        return auth.resolveHandle(handle)
      }),
    )
  }
}

/** The loop is made from the dependencies that ask it. */
const online = new WeakMap<ConvoDeps, () => boolean>()

/** What a client is opened with. */
export interface ClientOptions {
  /** Address of the service. */
  service: string
  auth: Auth
  store: Store
  /** Encrypts the store: 32 bytes, or an AES-GCM key of WebCrypto. Without it nothing can be read. */
  storeKey: KeyHandle | Uint8Array
  /** Of a new device; random by default. A store keeps the one it has. */
  deviceId?: string
  /** Shown in the account's own list of devices. */
  deviceName?: string
  /** MLS cipher suite of a new device. */
  cipherSuite?: string
  /** How many key packages are kept at the service. */
  keyPackages?: number
  /** Leaves of those who left are removed after a random part of this. */
  removalDelayMs?: number
  /**
   * `openRepositories()` of `@catbird/mls-client/repositories`: devices are then checked against their
   * accounts' own repositories, and people are looked up there. Without it nobody's repository is read.
   */
  repositories?: Repositories
  /** Which devices may be added, with `repositories`; `refuseMismatch` by default. */
  devicePolicy?: DevicePolicy
}
