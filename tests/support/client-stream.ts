import { EventEmitter, once } from 'node:events'
import { Frame } from '@atproto/xrpc-server'
import WebSocket from 'ws'
import type {
  ConvoEvent,
  DeviceEvent,
  EphemeralEvent,
  InfoEvent,
  KeyPackagesEvent,
  MembershipChangeEvent,
  MessageEvent,
  ReadEvent,
  ReportEvent,
  WelcomeEvent,
} from '../../src/lexicon/types/blue/catbird/mls/subscribeConvoEvents.js'

const PATIENCE_MS = 60_000

/**
 * Reads `subscribeConvoEvents` over WebSocket: DAG-CBOR frames, decoded and kept in order. What comes
 * while nobody waits is kept too.
 */
export class EventReader implements AsyncDisposable {
  /** Everything that came, oldest first. */
  readonly events: StreamEvent[] = []
  /** The error frame, if the service sent one. */
  error: { error: string; message: string | undefined } | undefined
  /** Bytes of all frames. */
  received = 0
  #read = 0
  readonly #changes = new EventEmitter().setMaxListeners(0)
  /** How the stream ended, once it has. */
  readonly closed: Promise<{ code: number; reason: string }>

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.#take(data))
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() })
        this.#changes.emit('change')
      })
    })
  }

  /** Rejects with an `UpgradeRefused` if the service answers anything but 101. */
  static async open(url: string, token?: string): Promise<EventReader> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const socket = new WebSocket(url, { headers, perMessageDeflate: false })
    const reader = new EventReader(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
      socket.once('unexpected-response', (_request, response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => reject(new UpgradeRefused(response.statusCode ?? 0, body)))
      })
    })
    return reader
  }

  /** The last cursor that came: what a client resumes by. */
  get cursor(): string | undefined {
    return this.events.findLast((event) => 'cursor' in event)?.cursor as string | undefined
  }

  /** The next event that was not read yet. */
  async next(patienceMs = PATIENCE_MS): Promise<StreamEvent> {
    return this.until(() => true, patienceMs)
  }

  /** Reads on up to and including the first event that `matches`. */
  async until<E extends StreamEvent>(
    matches: ((event: StreamEvent) => event is E) | ((event: StreamEvent) => boolean),
    patienceMs = PATIENCE_MS,
  ): Promise<E> {
    const deadline = AbortSignal.timeout(patienceMs)
    for (;;) {
      while (this.#read < this.events.length) {
        const event = this.events[this.#read++]
        if (event !== undefined && matches(event)) return event as E
      }
      if (this.error) throw new Error(`stream error ${this.error.error}: ${this.error.message}`)
      if (this.socket.readyState === WebSocket.CLOSED) throw new StreamEnded('the stream is closed')
      await once(this.#changes, 'change', { signal: deadline }).catch(() => {
        throw new Error(`no such event in ${patienceMs} ms; ${this.#summary()}`)
      })
    }
  }

  /** Reads on up to the event with the log entry at `seq` of a conversation. */
  untilSeq(convoId: string, seq: number, patienceMs = PATIENCE_MS): Promise<MessageOf> {
    return this.until(
      (event): event is MessageOf =>
        event.type === 'messageEvent' &&
        event.message.convoId === convoId &&
        event.message.seq === seq,
      patienceMs,
    )
  }

  /** Log entries that came, of one conversation or all. */
  messages(convoId?: string): MessageOf['message'][] {
    return this.events.flatMap((event) =>
      event.type === 'messageEvent' && (convoId === undefined || event.message.convoId === convoId)
        ? [event.message]
        : [],
    )
  }

  /** Ends the stream as a client that goes away does. */
  async close(): Promise<void> {
    this.socket.close()
    await this.closed
  }

  /** Cuts the connection without a word, as a network does. */
  async cut(): Promise<void> {
    this.socket.terminate()
    await this.closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cut()
  }

  #take(data: Buffer): void {
    this.received += data.length
    const frame = Frame.fromBytes(data)
    if (frame.isError()) {
      this.error = { error: frame.code, message: frame.message }
    } else if (frame.isMessage()) {
      const type = frame.type?.replace(/^#/, '')
      this.events.push({ type, ...(frame.body as object) } as StreamEvent)
    }
    this.#changes.emit('change')
  }

  #summary(): string {
    return `${this.events.length} came: ${this.events.map(({ type }) => type).join(', ')}`
  }
}

/** The connection has ended and everything that came is read. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded'
}

/** The service answered the upgrade with an XRPC error. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused'
  readonly error: string
  constructor(
    readonly status: number,
    body: string,
  ) {
    const answer = parse(body)
    super(answer.message ?? body)
    this.error = answer.error ?? ''
  }
}

function parse(body: string): { error?: string; message?: string } {
  try {
    return JSON.parse(body) as { error?: string; message?: string }
  } catch {
    return {}
  }
}

type MessageOf = { type: 'messageEvent' } & Plain<MessageEvent>

/** A frame's body with the name of its kind. */
export type StreamEvent =
  | MessageOf
  | ({ type: 'welcomeEvent' } & Plain<WelcomeEvent>)
  | ({ type: 'membershipChangeEvent' } & Plain<MembershipChangeEvent>)
  | ({ type: 'convoEvent' } & Plain<ConvoEvent>)
  | ({ type: 'readEvent' } & Plain<ReadEvent>)
  | ({ type: 'deviceEvent' } & Plain<DeviceEvent>)
  | ({ type: 'keyPackagesEvent' } & Plain<KeyPackagesEvent>)
  | ({ type: 'reportEvent' } & Plain<ReportEvent>)
  | ({ type: 'ephemeralEvent' } & Plain<EphemeralEvent>)
  | ({ type: 'infoEvent' } & Plain<InfoEvent>)

type Plain<T> = Omit<T, '$type'>
