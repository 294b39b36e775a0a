import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { ServiceProcess } from '../../tests/support/service-process.js'
import type { Order, Outcome } from './readers.js'

/** A process of readers that come back, from outside. */
export class ReaderProcess implements Disposable {
  readonly #child: ChildProcess = fork(new URL('./readers.ts', import.meta.url))
  readonly #ended = once(this.#child, 'exit').then(() => {
    throw new Error('the process of the readers ended')
  })

  /** @param secret the service's `JWT_SECRET`: readers come without a look at their DID documents. */
  constructor(private readonly secret: string) {
    this.#ended.catch(() => {})
  }

  /** All of `dids` at once, each until it has `expected` events after `cursor`. */
  async resume(
    { url, serviceDid }: Pick<ServiceProcess, 'url' | 'serviceDid'>,
    { dids, cursor, expected }: { dids: string[]; cursor: string; expected: number },
  ): Promise<Outcome> {
    await this.#ask({
      do: 'prepare',
      host: new URL(url).host,
      serviceDid,
      secret: this.secret,
      dids,
      cursor,
    })
    return (await this.#ask({ do: 'run', url, expected })) as Outcome
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  async #ask(order: Order): Promise<unknown> {
    this.#child.send(order)
    const [answer] = (await Promise.race([once(this.#child, 'message'), this.#ended])) as [unknown]
    return answer
  }
}
