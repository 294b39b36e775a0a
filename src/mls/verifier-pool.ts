import type { VerifierJob, VerifierResult } from './verifier-job.js'
import { VerifierThread, type Task } from './verifier-thread.js'

export interface VerifierPoolOptions {
  /** Jobs that run at once. */
  threads: number
  /** Jobs that may wait for a thread. */
  maxWaiting: number
  /** What a job may take, once a thread has it. */
  budgetMs: number
}

/**
 * Runs what would hold the event loop in threads. A job over its budget is refused and its thread
 * ended, since nothing else stops a computation. Threads start when jobs wait, and end with the pool.
 */
export class VerifierPool implements AsyncDisposable {
  readonly #threads = new Set<VerifierThread>()
  readonly #idle: VerifierThread[] = []
  readonly #waiting: Task[] = []
  #disposed = false

  constructor(private readonly options: VerifierPoolOptions) {}

  /** @throws {VerifierBusyError} when too many jobs wait, or the pool is closed. */
  run(job: VerifierJob): Promise<VerifierResult> {
    return new Promise((resolve, reject) => {
      if (this.#disposed || this.#waiting.length >= this.options.maxWaiting) {
        reject(new VerifierBusyError())
        return
      }
      this.#waiting.push({ job, resolve, reject })
      this.#assign()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    for (const { reject } of this.#waiting.splice(0)) reject(new VerifierBusyError())
    await Promise.all([...this.#threads].map((thread) => thread.terminate()))
  }

  #assign(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      this.#idle.pop()!.run(this.#waiting.shift()!, this.options.budgetMs)
    }
    if (this.#waiting.length === 0 || this.#disposed) return
    if (this.#threads.size < this.options.threads) this.#start()
  }

  #start(): void {
    const thread = new VerifierThread({
      idle: (which) => {
        this.#idle.push(which)
        this.#assign()
      },
      ended: (which) => {
        this.#threads.delete(which)
        const at = this.#idle.indexOf(which)
        if (at >= 0) this.#idle.splice(at, 1)
        this.#assign()
      },
    })
    this.#threads.add(thread)
  }
}

export class VerifierBusyError extends Error {
  override readonly name = 'VerifierBusyError'
  constructor() {
    super('Too many commits wait to be verified')
  }
}
