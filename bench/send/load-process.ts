import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Order, Outcome, PrepareOrder, RunOrder } from './load.js'

/** The load's process, from outside. */
export class LoadProcess implements Disposable {
  readonly #child: ChildProcess = fork(new URL('./load.ts', import.meta.url))

  async prepare(order: Omit<PrepareOrder, 'do'>): Promise<void> {
    await this.#ask({ do: 'prepare', ...order })
  }

  async run(order: Omit<RunOrder, 'do'>): Promise<Outcome> {
    return (await this.#ask({ do: 'run', ...order })) as Outcome
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
