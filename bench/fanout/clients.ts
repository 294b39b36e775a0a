import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** Client processes that count what they get; a message is everywhere when all have it. */
export class Clients {
  readonly #children: ChildProcess[] = []
  readonly #received: number[] = []
  readonly #firstMs: number[] = []
  readonly #waiting: ((arrival: Arrival) => void)[] = []
  #everywhere = 0

  async connect(url: string, count: number, processes: number): Promise<void> {
    const each = Math.ceil(count / processes)
    for (let i = 0; i < processes; i++) {
      const child = fork(new URL('./client.ts', import.meta.url), [url, `${i * each}`, `${each}`])
      this.#children.push(child)
      this.#received.push(0)
      await once(child, 'message')
      child.on('message', (note: { first?: number; all?: number }) => {
        if (note.first !== undefined) this.#firstMs[note.first] ??= performance.now()
        if (note.all !== undefined) this.#arrived(i, note.all)
      })
    }
  }

  /** Resolves when one more message is everywhere; messages come in order. */
  next(): Promise<Arrival> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    for (const child of this.#children) child.disconnect()
  }

  #arrived(child: number, received: number): void {
    this.#received[child] = received
    const allMs = performance.now()
    for (const least = Math.min(...this.#received); this.#everywhere < least;) {
      this.#everywhere += 1
      this.#waiting.shift()?.({ firstMs: this.#firstMs[this.#everywhere]!, allMs })
    }
  }
}

/** When a message was with the first reader, and when with the last. */
export interface Arrival {
  firstMs: number
  allMs: number
}
