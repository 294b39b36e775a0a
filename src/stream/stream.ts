import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { extractUrlNsid, InternalServerError, XRPCError } from '@atproto/xrpc-server'
import type { Auth } from '../auth/index.js'
import type { Backend } from '../backend/backend.js'
import { unavailable } from '../db/tx.js'
import type { Database } from '../db/types.js'
import { FutureCursorError, InvalidRequestError, ServiceUnavailableError } from '../errors.js'
import type { DeviceId, Did } from '../lib/ids.js'
import { Turns } from '../lib/turns.js'
import type { Logger } from '../logger.js'
import { openWakeUps, type WakeUps } from '../outbox/wake.js'
import { Budget } from './budget.js'
import { clientAddress } from './client-address.js'
import { Connections } from './connections.js'
import { enter, type EnterDeps } from './enter.js'
import { type Ephemeral, type EphemeralMessage, openEphemeral } from './ephemeral.js'
import { refuseUpgrade } from './refuse-upgrade.js'
import { Sequencer } from './sequencer.js'
import { STREAM_SETTINGS, type StreamSettings } from './settings.js'
import { Slots } from './slots.js'
import { openSlotsElsewhere } from './slots-elsewhere.js'
import { SseOutlet } from './sse-outlet.js'
import { WebSocketOutlet } from './web-socket-outlet.js'
import { createWebSockets } from './web-sockets.js'

const SWITCHING_PROTOCOLS = 101
const NSID = 'blue.catbird.mls.subscribeConvoEvents'
/** Readers that open or catch up, and ask the database for it, at the same time; others wait. */
const READERS_AT_ONCE = 4
/** Large events that readers in arrears have loaded and not taken yet, together. */
const BACKLOG_BYTES = 64 * 1024 * 1024

export interface StreamService extends AsyncDisposable {
  /** Begins to read the event stream. */
  start(): Promise<void>
  /** There are new events; call it after each commit that wrote some. Returns at once. */
  wake(): void
  /** Opens a stream over WebSocket, or answers with an HTTP error. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  /**
   * Answers with Server-Sent Events; resolves when the stream is over.
   *
   * @throws {XRPCError} where it could not begin; then nothing was written.
   */
  handleSse(req: IncomingMessage, res: ServerResponse): Promise<void>
  publishEphemeral(message: EphemeralMessage): Promise<void>
  /** Whether a stream that named this device is open, on any process. */
  isConnected(did: Did, deviceId: DeviceId): boolean
  /** Ends all streams with 1001 and takes no new ones. */
  close(): Promise<void>
  stats(): StreamStats
  /** Age in milliseconds of the oldest event that open streams have not been offered; asks the database. */
  readLag(): Promise<number>
}

export interface StreamStats {
  open: number
  /** Age of the oldest committed event that an older transaction keeps from being read. */
  horizonLagMs: number
  /** For how long this process has not got to the end of the event stream. */
  behindMs: number
  tailEvents: number
  tailBytes: number
}

export function createStream(deps: StreamDeps): StreamService {
  return new Stream(deps)
}

class Stream implements StreamService {
  readonly #settings: StreamSettings
  readonly #sequencer: Sequencer
  readonly #connections: Connections
  readonly #entering: EnterDeps
  readonly #webSockets = createWebSockets()
  readonly #resources = new AsyncDisposableStack()
  #wakeUps: WakeUps | undefined
  #ephemeral: Ephemeral | undefined
  #closing = false

  constructor(private readonly deps: StreamDeps) {
    const { config, incarnation, logger, auth } = deps
    const { db } = deps.database
    const settings = {
      ...STREAM_SETTINGS,
      tailEvents: config.stream.bufferSize,
      ...deps.settings,
    }
    this.#settings = settings
    const turns = new Turns(READERS_AT_ONCE)
    this.#sequencer = new Sequencer({ db, incarnation, settings, logger, turns })
    this.#connections = new Connections(settings, (error) => this.#toError(error))
    this.#entering = {
      db,
      incarnation,
      auth,
      sequencer: this.#sequencer,
      slots: new Slots(settings),
      budget: new Budget(BACKLOG_BYTES),
      turns,
    }
  }

  async start(): Promise<void> {
    const { backend, logger } = this.deps
    const noteLost = (error: unknown) => logger.debug({ err: error }, 'wake-up not sent')
    const wake = () => this.#sequencer.wake()
    this.#resources.use(this.#sequencer)
    this.#resources.use(this.#connections)
    this.#ephemeral = this.#resources.use(await openEphemeral(backend, this.#sequencer.audience))
    this.#wakeUps = this.#resources.use(await openWakeUps(this.deps, wake, noteLost))
    if (backend.kind === 'redis') {
      this.#entering.slots.elsewhere = this.#resources.use(await openSlotsElsewhere(backend))
    }
    this.#sequencer.start()
    this.#connections.start()
  }

  wake(): void {
    this.#wakeUps?.signal()
  }

  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { onUpgrade } = this.deps
    this.#upgrade(req, socket, head).then(
      () => onUpgrade?.(SWITCHING_PROTOCOLS),
      (error: unknown) => {
        const shown = this.#toError(error)
        refuseUpgrade(socket, shown)
        onUpgrade?.(shown.statusCode)
      },
    )
  }

  async handleSse(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.#requireOpen()
    const subscription = await enter(this.#entering, { req, res, address: this.#addressOf(req) })
    if (this.#closing || res.destroyed) {
      subscription[Symbol.dispose]()
      return this.#requireOpen()
    }
    const outlet = new SseOutlet(res, this.#settings, () => subscription.end('closed'))
    await this.#connections.run(subscription, outlet)
  }

  async publishEphemeral(message: EphemeralMessage): Promise<void> {
    await this.#ephemeral?.publish(message)
  }

  isConnected(did: Did, deviceId: DeviceId): boolean {
    return this.#entering.slots.isOpen({ did, deviceId })
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#connections.endAll()
  }

  stats(): StreamStats {
    const { tail, lagMs, behindMs } = this.#sequencer
    return {
      open: this.#connections.size,
      horizonLagMs: lagMs,
      behindMs,
      tailEvents: tail.end - tail.start,
      tailBytes: tail.bytes,
    }
  }

  readLag(): Promise<number> {
    return this.#sequencer.readLag()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    await this.#resources.disposeAsync()
  }

  async #upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    this.#requireOpen()
    if (extractUrlNsid(req.url ?? '') !== NSID) {
      throw new InvalidRequestError(`Only ${NSID} is a stream`)
    }
    const address = this.#addressOf(req)
    await this.deps.addressLimit?.check(address)
    const subscription = await enter(this.#entering, { req, address }).catch(futureCursor)
    if (this.#closing && 'end' in subscription) subscription[Symbol.dispose]()
    this.#requireOpen()
    const webSocket = this.#webSockets.accept(req, socket, head)
    if (subscription instanceof FutureCursorError) {
      // An error of the stream, not of the request: it comes as the stream's only frame.
      if (webSocket) new WebSocketOutlet(webSocket, socket, this.#settings).fail(subscription)
    } else if (webSocket) {
      const gone = () => subscription.end('closed')
      const outlet = new WebSocketOutlet(webSocket, socket, this.#settings, gone)
      void this.#connections.run(subscription, outlet)
    } else {
      subscription[Symbol.dispose]()
    }
  }

  #addressOf(req: IncomingMessage): string | undefined {
    return clientAddress(req, this.deps.config.service.trustedProxies)
  }

  #requireOpen(): void {
    if (this.#closing) throw new ServiceUnavailableError('The service is stopping; come back soon')
  }

  #toError(error: unknown): XRPCError {
    const known = error instanceof XRPCError ? error : unavailable(error)
    if (known) return known
    this.deps.logger.error({ err: error }, 'a stream failed')
    return new InternalServerError('Unexpected')
  }
}

function futureCursor(error: unknown): FutureCursorError {
  if (error instanceof FutureCursorError) return error
  throw error
}

export interface StreamDeps {
  config: { stream: { bufferSize: number }; service: { trustedProxies: number } }
  database: Database
  incarnation: string
  backend: Pick<Backend, 'kind' | 'publish' | 'subscribe'>
  auth: Pick<Auth, 'ticketOrAccount'>
  /** Counts upgrades by address, as the HTTP server counts its requests. */
  addressLimit?: { check(address: string | undefined): Promise<void> }
  logger: Logger
  /** Told how each upgrade was answered. */
  onUpgrade?: (status: number) => void
  settings?: Partial<StreamSettings>
}
