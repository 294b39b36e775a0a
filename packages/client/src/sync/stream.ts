import { decodeFirst } from 'cborg'
import type { Service } from '../api/service.js'
import { MlsClientError } from '../errors.js'
import { Queue } from '../lib/queue.js'
import { lexicons } from '../lexicon/lexicons.js'
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
} from '../lexicon/types/blue/catbird/mls/subscribeConvoEvents.js'

const NSID = 'blue.catbird.mls.subscribeConvoEvents'
const OPEN_TIMEOUT_MS = 20_000

/** Opens the event stream after `cursor`, with a ticket: a browser sends no headers with a WebSocket. */
export async function openStream(
  service: Service,
  deviceId: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<EventStream> {
  const { ticket, endpoint } = await service.call('getSubscriptionTicket', (mls, options) =>
    mls.getSubscriptionTicket({ deviceId }, { ...options, encoding: 'application/json' }),
  )
  const url = new URL(endpoint)
  url.searchParams.set('ticket', ticket)
  if (cursor !== undefined) url.searchParams.set('cursor', cursor)
  return EventStream.open(url.href, signal)
}

/** Events as they come; the iteration ends with the connection. */
export class EventStream implements AsyncIterable<StreamEvent> {
  readonly #queue: Queue<StreamEvent>
  /** Why the service ended the stream, if it said so. */
  error: { error: string; message: string } | undefined

  private constructor(
    private readonly socket: WebSocket,
    signal: AbortSignal,
  ) {
    this.#queue = new Queue(() => socket.close())
    socket.binaryType = 'arraybuffer'
    socket.onmessage = ({ data }: { data: unknown }) => this.#take(data)
    socket.onclose = () => this.#queue.close()
    signal.addEventListener('abort', () => this.close(), { once: true })
  }

  static async open(url: string, signal: AbortSignal): Promise<EventStream> {
    const socket = new WebSocket(url)
    const stream = new EventStream(socket, signal)
    await new Promise<void>((resolve, reject) => {
      const fail = () => reject(new MlsClientError('unreachable', 'the stream did not open'))
      const timer = setTimeout(() => {
        fail()
        socket.close()
      }, OPEN_TIMEOUT_MS)
      socket.onopen = () => {
        clearTimeout(timer)
        resolve()
      }
      socket.onerror = () => {
        clearTimeout(timer)
        fail()
      }
    })
    return stream
  }

  close(): void {
    this.socket.close()
    this.#queue.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<StreamEvent> {
    return this.#queue
  }

  #take(data: unknown): void {
    try {
      const event = this.#read(new Uint8Array(data as ArrayBuffer))
      if (event !== undefined) this.#queue.put(event)
    } catch {
      // Not a frame of the contract: start anew, from the last cursor.
      this.close()
    }
  }

  /** `{op: 1, t: '#messageEvent'}` and the body; `{op: -1}` and an error (DAG-CBOR). */
  #read(frame: Uint8Array): StreamEvent | undefined {
    const [header, rest] = decodeFirst(frame) as [{ op?: number; t?: string }, Uint8Array]
    const [body] = decodeFirst(rest) as [object, Uint8Array]
    if (header.op !== 1) {
      this.error = body as { error: string; message: string }
      return undefined
    }
    const type = header.t?.replace(/^#/, '') ?? ''
    if (!KNOWN.has(type)) return undefined
    lexicons.assertValidXrpcMessage(NSID, { ...body, $type: `${NSID}#${type}` })
    return { ...body, type } as StreamEvent
  }
}

const KNOWN = new Set([
  'messageEvent',
  'welcomeEvent',
  'membershipChangeEvent',
  'convoEvent',
  'readEvent',
  'deviceEvent',
  'keyPackagesEvent',
  'ephemeralEvent',
  'reportEvent',
  'infoEvent',
])

export type StreamEvent =
  | ({ type: 'messageEvent' } & Plain<MessageEvent>)
  | ({ type: 'welcomeEvent' } & Plain<WelcomeEvent>)
  | ({ type: 'membershipChangeEvent' } & Plain<MembershipChangeEvent>)
  | ({ type: 'convoEvent' } & Plain<ConvoEvent>)
  | ({ type: 'readEvent' } & Plain<ReadEvent>)
  | ({ type: 'deviceEvent' } & Plain<DeviceEvent>)
  | ({ type: 'keyPackagesEvent' } & Plain<KeyPackagesEvent>)
  | ({ type: 'ephemeralEvent' } & Plain<EphemeralEvent>)
  | ({ type: 'reportEvent' } & Plain<ReportEvent>)
  | ({ type: 'infoEvent' } & Plain<InfoEvent>)

type Plain<T> = Omit<T, '$type'>
