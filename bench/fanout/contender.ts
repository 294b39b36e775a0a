import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A server process that sends a message to all its clients when told to. */
export class Contender {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly description: string,
    /** Of one message on the wire, where it says so. */
    readonly frameBytes: number,
  ) {}

  static async start(
    script: string,
    members: number,
    bytes: number,
    flags: string[] = [],
  ): Promise<Contender> {
    const child = fork(new URL(script, import.meta.url), [String(members), String(bytes)], {
      execArgv: [...process.execArgv, ...flags],
    })
    const [ready] = (await once(child, 'message')) as [Ready]
    return new Contender(child, ready.url, ready.description, ready.frameBytes)
  }

  send(): void {
    this.child.send('send')
  }

  /** Processor time that the process has used. */
  cpuMs(): Promise<number> {
    return this.#ask('cpu')
  }

  /** Resident memory, after a collection where the process can be made to. */
  memoryBytes(): Promise<number> {
    return this.#ask('memory')
  }

  stop(): void {
    this.child.disconnect()
  }

  async #ask(order: 'cpu' | 'memory'): Promise<number> {
    this.child.send(order)
    const [answer] = (await once(this.child, 'message')) as [number]
    return answer
  }
}

export interface Ready {
  url: string
  description: string
  frameBytes: number
}

/** The other side: what a contender's process does with its orders. */
export function serveOrders(ready: Ready, send: () => void): void {
  process.on('message', (order) => {
    if (order === 'send') return send()
    if (order === 'memory') {
      globalThis.gc?.()
      process.send!(process.memoryUsage.rss())
      return
    }
    const { user, system } = process.cpuUsage()
    process.send!((user + system) / 1_000)
  })
  process.on('disconnect', () => process.exit())
  process.send!(ready)
}
