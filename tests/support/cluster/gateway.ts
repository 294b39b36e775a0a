import { randomUUID } from 'node:crypto'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../random.js'

/** What goes wrong on the way, as shares of the requests. */
export interface Faults {
  /** Sent to two processes at once; the client gets the answer of either. */
  duplicate: number
  /** Held back for up to `HELD_MS`, so that later ones come first. */
  reorder: number
  /** Carried out, and the connection cut instead of the answer. */
  cut: number
  /** Control: whatever passes is another message, also when it is sent again. */
  rename?: boolean
}

export const NO_FAULTS: Faults = { duplicate: 0, reorder: 0, cut: 0 }
const HELD_MS = 150

/**
 * What stands in front of several processes: gives each request and each stream to the next of them that
 * can be reached. Where a connection breaks in the middle it breaks that of the client: nobody knows then
 * whether the request was carried out.
 */
export class Gateway implements AsyncDisposable {
  faults = NO_FAULTS
  readonly counts = { requests: 0, streams: 0, duplicated: 0, held: 0, cut: 0 }
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #peers = new Set<Duplex>()
  readonly #server = createServer((req, res) => void this.#answer(req, res))
  #next = 0

  private constructor(private readonly ports: readonly number[]) {
    this.#server.on('connection', (socket) => this.#keep(socket))
    this.#server.on('upgrade', (req, socket, head) => {
      this.counts.streams += 1
      this.#join(req, socket, head, this.ports.length)
    })
  }

  static async start(ports: readonly number[]): Promise<Gateway> {
    const gateway = new Gateway(ports)
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve))
    return gateway
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Cuts about half of all connections of clients, streams too. */
  cut(random: Random): void {
    for (const peer of this.#peers) if (random.int(2) === 0) peer.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy()
    for (const peer of this.#peers) peer.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { duplicate, reorder, cut, rename } = this.faults
    try {
      const sent = await bodyOf(req)
      const body = rename ? renamed(sent) : sent
      this.counts.requests += 1
      if (this.#happens(reorder, 'held')) await sleep(Math.random() * HELD_MS)
      const answers = [this.#send(req, body)]
      if (this.#happens(duplicate, 'duplicated')) answers.push(this.#send(req, body))
      const [answer] = await Promise.all(Math.random() < 0.5 ? answers : answers.reverse())
      if (this.#happens(cut, 'cut')) {
        res.destroy()
        return
      }
      res.writeHead(answer!.status, answer!.headers).end(answer!.body)
    } catch {
      res.destroy()
    }
  }

  #happens(share: number, name: 'held' | 'duplicated' | 'cut'): boolean {
    if (Math.random() >= share) return false
    this.counts[name] += 1
    return true
  }

  /** Through the next process that takes a connection: before it has one nothing was carried out. */
  async #send(req: IncomingMessage, body: Buffer, attempts = this.ports.length): Promise<Answer> {
    try {
      return await this.#sendTo(this.#nextPort(), req, body)
    } catch (error) {
      const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
      if (!refused || attempts === 1) throw error
      return this.#send(req, body, attempts - 1)
    }
  }

  #sendTo(port: number, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    // The body goes in one piece, whatever it came in.
    const kept = { ...headers }
    delete kept['transfer-encoding']
    const length = body.length > 0 && { 'content-length': String(body.length) }
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          port,
          host: '127.0.0.1',
          method,
          path: url,
          agent: this.#agent,
          headers: { ...kept, ...length },
        },
        (res) => {
          bodyOf(res).then(
            (answered) =>
              resolve({ status: res.statusCode!, headers: res.headers, body: answered }),
            reject,
          )
        },
      )
      outgoing.on('error', reject).end(body)
    })
  }

  /** Hands a stream to the next process, bytes for bytes. */
  #join(req: IncomingMessage, client: Duplex, head: Buffer, attempts: number): void {
    const service = connect(this.#nextPort(), '127.0.0.1')
    let joined = false
    service.once('connect', () => {
      joined = true
      service.write(headOf(req))
      service.write(head)
      client.pipe(service).pipe(client)
    })
    service.on('error', () => {
      if (joined || attempts === 1) client.destroy()
      else this.#join(req, client, head, attempts - 1)
    })
    service.on('close', () => joined && client.destroy())
    client.on('error', () => service.destroy())
    client.on('close', () => service.destroy())
  }

  #nextPort(): number {
    this.#next = (this.#next + 1) % this.ports.length
    return this.ports[this.#next]!
  }

  #keep(socket: Socket): void {
    this.#peers.add(socket)
    socket.on('close', () => this.#peers.delete(socket))
    socket.on('error', () => {})
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  if (!message.complete) throw new Error('cut in the middle')
  return Buffer.concat(chunks)
}

function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let i = 0; i < rawHeaders.length; i += 2)
    lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** As of a client that does not repeat itself, but sends anew. */
function renamed(body: Buffer): Buffer {
  return Buffer.from(body.toString().replace(/"msgId":"[^"]+"/, `"msgId":"${randomUUID()}"`))
}

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}
