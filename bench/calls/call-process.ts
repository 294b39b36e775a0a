import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { ServiceProcess } from '../../tests/support/service-process.js'
import type { Sender } from '../send/requests.js'
import type { Call, Order, Outcome } from './calls.js'

/** A process that calls a service, from outside. */
export class CallProcess implements Disposable {
  readonly #child: ChildProcess = fork(new URL('./calls.ts', import.meta.url))

  constructor(
    readonly service: Pick<ServiceProcess, 'url' | 'serviceDid'>,
    readonly senders: Sender[],
  ) {}

  /** Makes `calls`, `connections` at a time; an answer that is no success is an error. */
  async run(
    calls: Call[],
    { connections = 1, keep, url = this.service.url }: RunOptions = {},
  ): Promise<Outcome> {
    const { service, senders } = this
    const host = new URL(url).host
    await this.#ask({ do: 'prepare', host, serviceDid: service.serviceDid, senders, calls })
    const order: Order = { do: 'run', url, connections, ...(keep && { keep }) }
    const outcome = (await this.#ask(order)) as Outcome
    if (outcome.failed > 0) throw new Error(`${outcome.failed} of ${calls.length} calls failed`)
    return outcome
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  async #ask(order: Order): Promise<unknown> {
    this.#child.send(order)
    const [answer] = (await once(this.#child, 'message')) as [unknown]
    return answer
  }
}

interface RunOptions {
  connections?: number
  keep?: string
  /** Another server than the service: a reference. */
  url?: string
}

export function rateOf({ times, tookMs }: Outcome): number {
  return (times.length * 1_000) / tookMs
}
