import type { XRPCError } from '@atproto/xrpc-server'
import { type Outlet, pump } from './outlet.js'
import type { StreamSettings } from './settings.js'
import type { Subscription } from './subscription.js'

/** The open streams of this process; one timer looks after all of them. */
export class Connections implements Disposable {
  readonly #open = new Set<Connection>()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly settings: StreamSettings,
    private readonly toError: (error: unknown) => XRPCError,
  ) {}

  get size(): number {
    return this.#open.size
  }

  start(): void {
    this.#timer = setInterval(() => this.#beat(), this.settings.beatMs).unref()
  }

  /** Runs a stream to its end. */
  async run(subscription: Subscription, outlet: Outlet): Promise<void> {
    // Streams that were opened together, after a restart, do not end together.
    const lifeMs = this.settings.lifeMs * (0.9 + Math.random() * 0.2)
    const endsMs = performance.now() + lifeMs
    const done = pump(subscription, outlet, this.toError)
    const connection = { subscription, outlet, endsMs, done }
    this.#open.add(connection)
    await done
    this.#open.delete(connection)
  }

  /** Tells every peer to come back later, and waits until they are told. */
  async endAll(): Promise<void> {
    for (const connection of this.#open) sendAway(connection)
    await Promise.all(Array.from(this.#open, ({ done }) => done))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #beat(): void {
    const nowMs = performance.now()
    for (const connection of this.#open) {
      if (nowMs >= connection.endsMs) sendAway(connection)
      else connection.outlet.beat(nowMs)
    }
  }
}

/** Also a stream that waits for its reader: it does not look up before that has read. */
function sendAway({ subscription, outlet }: Connection): void {
  subscription.end('goingAway')
  outlet.end('goingAway')
}

interface Connection {
  subscription: Subscription
  outlet: Outlet
  endsMs: number
  done: Promise<void>
}
