import type { VerifierJob, VerifierResult } from './verifier-job.js'
import { VerifierThread, type Task, type VerifierThreadOptions } from './verifier-thread.js'

export interface VerifierPoolOptions extends VerifierThreadOptions {
  /** Jobs that run at once. */
  threads: number
  /** Jobs that may wait for a thread. */
  maxWaiting: number
  /** How long each of them may. */
  maxWaitMs: number
}

/**
 * Runs what would hold the event loop in threads. A job over its budget is refused. Threads start
 * when jobs wait, and end with the pool.
 */
export class VerifierPool implements AsyncDisposable {
  readonly #threads = new Set<VerifierThread>()
  readonly #idle: VerifierThread[] = []
  /** In the order of their coming. */
  readonly #waiting = new Map<Task, NodeJS.Timeout>()
  #disposed = false

  constructor(private readonly options: VerifierPoolOptions) {}

  /** @throws {VerifierBusyError} when too many jobs wait, or this one has waited too long, or the pool is closed. */
  run(job: VerifierJob): Promise<VerifierResult> {
    const { maxWaiting, maxWaitMs } = this.options
    return new Promise((resolve, reject) => {
      if (this.#disposed || this.#waiting.size >= maxWaiting) {
        reject(new VerifierBusyError())
        return
      }
      const task = { job, resolve, reject }
      const timer = setTimeout(() => this.#refuse(task), maxWaitMs)
      this.#waiting.set(task, timer)
      this.#assign()
    })
  }

  /** A job that a thread has is finished first, within its budget. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    for (const task of [...this.#waiting.keys()]) this.#refuse(task)
    await Promise.all([...this.#threads].map((thread) => thread.close()))
  }

  #assign(): void {
    for (const task of this.#waiting.keys()) {
      const thread = this.#idle.pop()
      if (thread === undefined) break
      this.#leaveQueue(task)
      thread.run(task)
    }
    if (this.#waiting.size === 0 || this.#disposed) return
    if (this.#threads.size < this.options.threads) this.#start()
  }

  #refuse(task: Task): void {
    this.#leaveQueue(task)
    task.reject(new VerifierBusyError())
  }

  #leaveQueue(task: Task): void {
    clearTimeout(this.#waiting.get(task))
    this.#waiting.delete(task)
  }

  #start(): void {
    const thread = new VerifierThread(this.options, {
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
