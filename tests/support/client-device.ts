import { randomBytes } from 'node:crypto'
import { ClientConvo, leasePackages } from './client-convo.js'
import { patiently } from './client-retry.js'
import { StreamEnded } from './client-stream.js'
import type { EventReader, StreamEvent } from './client-stream.js'
import { TestClient } from './client.js'
import { createDevice, TestGroup } from './mls/index.js'
import type { TestDevice } from './mls/index.js'
import type { TestAccount } from './plc.js'

/**
 * A client as the contract describes one: a device of an account that registers, joins, reads each
 * log in order, checks its hash chain, follows the stream, and after a loss of the connection goes on
 * from its cursor and tries again with the same bytes.
 */
export class ClientDevice {
  readonly convos = new Map<string, ClientConvo>()
  stream: EventReader | undefined
  /** The last event seen, over all connections. */
  cursor: string | undefined

  private constructor(
    readonly api: TestClient,
    readonly mls: TestDevice,
  ) {}

  static async create(
    account: Pick<TestAccount, 'did' | 'token'>,
    deviceId: string,
    service: { url: string; serviceDid: string },
  ): Promise<ClientDevice> {
    return this.over(new TestClient(service.url, service.serviceDid, account), deviceId)
  }

  /** A device that calls the service in a way of its own. */
  static async over(api: TestClient, deviceId: string): Promise<ClientDevice> {
    return new ClientDevice(api, await createDevice({ did: api.did, deviceId }))
  }

  get did(): string {
    return this.api.did
  }

  get deviceId(): string {
    return this.mls.deviceId
  }

  convo(convoId: string): ClientConvo {
    const convo = this.convos.get(convoId)
    if (convo === undefined) throw new Error(`${this.mls.name} is not in ${convoId}`)
    return convo
  }

  /** Registers the device, with its first key packages and one of last resort. */
  async register(count = 5): Promise<void> {
    const packages = await this.mls.keyPackages(count)
    packages.push(await this.mls.keyPackage({ lastResort: true }))
    const input = {
      deviceId: this.deviceId,
      signaturePublicKey: this.mls.publicKey,
      keyPackages: packages.map(({ bytes }) => bytes),
    }
    await patiently(() => this.api.procedure('registerDevice', input))
  }

  /** Publishes that many more key packages; answers the references that the service gave them. */
  async publish(count: number): Promise<string[]> {
    const packages = await this.mls.keyPackages(count)
    const input = { keyPackages: packages.map(({ bytes }) => bytes) }
    const answer = await patiently(() => this.api.procedure('publishKeyPackages', input))
    return answer.keyPackages.map(({ keyPackageRef }) => keyPackageRef)
  }

  /** Creates a conversation with all devices of these accounts and of its own, in one request. */
  async createConvo(dids: string[], name?: string): Promise<ClientConvo> {
    const group = await TestGroup.create(this.mls, randomBytes(16))
    const add = await leasePackages(this.api, group, group.groupId, [this.did, ...dids])
    const input = {
      genesis: await group.groupInfo(),
      change: add.length === 0 ? undefined : await group.commit({ add }),
      metadata: name === undefined ? undefined : { name },
    }
    const { convo } = await patiently(() => this.api.procedure('createConvo', input))
    const opened = this.#open(convo.convoId, group, 0)
    await opened.catchUp()
    return opened
  }

  /** Joins by all welcomes that wait for this device, and acknowledges them. */
  async join(): Promise<ClientConvo[]> {
    const joined: ClientConvo[] = []
    let cursor: string | undefined
    do {
      const page = await patiently(() =>
        this.api.query('getWelcomes', { deviceId: this.deviceId, cursor }),
      )
      for (const { welcomeId, convoId, welcome, seq } of page.welcomes) {
        joined.push(this.#open(convoId, await TestGroup.join(this.mls, welcome), seq))
        const input = { welcomeId, outcome: 'joined' }
        await patiently(() => this.api.procedure('ackWelcome', input))
      }
      cursor = page.cursor
    } while (cursor !== undefined)
    return joined
  }

  /** Opens the stream, after the last event seen if there is one. */
  async connect(): Promise<EventReader> {
    const { cursor } = this
    this.stream = await patiently(() => this.api.subscribe({ cursor }))
    return this.stream
  }

  /** The network goes away, without a word. */
  async disconnect(): Promise<void> {
    await this.stream?.cut()
    this.stream = undefined
  }

  /**
   * Follows the stream until this device has applied `seq`; each event goes to `onEvent` first. When
   * the stream ends it is opened again after the last event seen.
   */
  async hear(
    convoId: string,
    seq: number,
    onEvent: (event: StreamEvent) => void = () => {},
  ): Promise<void> {
    while ((this.convos.get(convoId)?.applied ?? -1) < seq) {
      if (this.stream === undefined) throw new Error(`${this.mls.name} is not connected`)
      const event = await this.stream.next().catch((error: unknown) => {
        if (!(error instanceof StreamEnded)) throw error
      })
      if (event === undefined) {
        await this.connect()
        continue
      }
      onEvent(event)
      await this.take(event)
    }
  }

  /** Events are hints, the log is the truth: a gap is filled from the log. */
  async take(event: StreamEvent): Promise<void> {
    if (event.type === 'welcomeEvent' && event.deviceId === this.deviceId) {
      if (!this.convos.has(event.convoId)) await this.join()
    } else if (event.type === 'messageEvent') {
      const convo = this.convos.get(event.message.convoId)
      const gap = convo !== undefined && event.message.seq > convo.applied + 1
      await (gap ? convo.catchUp() : convo?.apply(event.message))
    }
    if ('cursor' in event) this.cursor = event.cursor
  }

  #open(convoId: string, group: TestGroup, applied: number): ClientConvo {
    const convo = new ClientConvo(this.api, convoId, group, applied)
    this.convos.set(convoId, convo)
    return convo
  }
}
