import { connect, type Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = /\r\ncontent-length: (\d+)/i

/**
 * A kept HTTP connection that writes ready bytes and looks at nothing of the answer but status and
 * length: a real client's work would take the processor from the server that is measured.
 */
export class Connection {
  /** Of the last answer. */
  body: Buffer = Buffer.alloc(0)
  #rest: Buffer = Buffer.alloc(0)
  #answered: ((status: number) => void) | undefined

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  static open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(new Connection(socket)))
      socket.once('error', reject)
    })
  }

  /** Resolves with the status, when the whole answer is there. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve) => {
      this.#answered = resolve
      this.socket.write(request)
    })
  }

  close(): void {
    this.socket.destroy()
  }

  #take(chunk: Buffer): void {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    const end = data.indexOf(HEAD_END)
    if (end < 0) {
      this.#rest = data
      return
    }
    const head = data.toString('latin1', 0, end)
    const length = Number(LENGTH.exec(head)?.[1] ?? 0)
    if (data.length < end + HEAD_END.length + length) {
      this.#rest = data
      return
    }
    this.#rest = Buffer.alloc(0)
    this.body = data.subarray(end + HEAD_END.length)
    const status = Number(head.slice(9, 12))
    this.#answered?.(status)
  }
}
