import { Worker } from 'node:worker_threads'
import { OVER_BUDGET, type VerifierJob, type VerifierResult } from './verifier-job.js'

export interface Task {
  job: VerifierJob
  resolve(result: VerifierResult): void
  reject(error: Error): void
}

export interface VerifierThreadOptions {
  /** What a job may take from when the thread has it. */
  budgetMs: number
  worker?: WorkerEntry | undefined
}

export interface WorkerEntry {
  url: URL
  execArgv?: string[]
}

/** To the worker. */
export type Order = { job: VerifierJob; budgetMs: number } | 'close'
/** From the worker. */
export type Answer = VerifierResult | 'ready'

interface Listener {
  idle(thread: VerifierThread): void
  ended(thread: VerifierThread): void
}

/** starting -> idle <-> busy; any -> ended, when it fails, is closed, or does not answer. */
type State =
  { name: 'starting' | 'idle' | 'ended' } | { name: 'busy'; task: Task; timer: NodeJS.Timeout }

/**
 * One worker thread. It keeps the process alive only while it has something to do. It watches the
 * time of its jobs by itself; one that does not is terminated much later, as V8 may take down the
 * process when that happens while the thread is being handed a message.
 */
export class VerifierThread {
  readonly #worker: Worker
  readonly #exit: Promise<void>
  readonly #budgetMs: number
  #state: State = { name: 'starting' }
  #isClosing = false

  constructor({ budgetMs, worker = WORKER }: VerifierThreadOptions, listener: Listener) {
    this.#budgetMs = budgetMs
    this.#worker = new Worker(worker.url, { execArgv: worker.execArgv })
    this.#worker.on('message', (answer: Answer) => {
      if (answer !== 'ready') this.#settle((task) => task.resolve(answer))
      this.#state = { name: 'idle' }
      if (this.#isClosing) return
      this.#worker.unref()
      listener.idle(this)
    })
    this.#worker.on('error', (error: Error) => this.#settle((task) => task.reject(error)))
    this.#exit = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#settle((task) => task.reject(new Error('A verifier thread ended')))
        this.#state = { name: 'ended' }
        listener.ended(this)
        resolve()
      })
    })
  }

  /** Only while idle. */
  run(task: Task): void {
    const timer = setTimeout(() => {
      this.#settle(({ resolve }) => resolve(OVER_BUDGET))
      this.#terminate()
    }, this.#lastResortMs)
    this.#state = { name: 'busy', task, timer }
    this.#worker.ref()
    this.#order({ job: task.job, budgetMs: this.#budgetMs })
  }

  /** Has it end by itself when its job is done. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#worker.ref()
    this.#order('close')
    const late = setTimeout(() => this.#terminate(), this.#lastResortMs)
    await this.#exit
    clearTimeout(late)
  }

  #terminate(): void {
    this.#isClosing = true
    void this.#worker.terminate()
  }

  get #lastResortMs(): number {
    return Math.max(LAST_RESORT_MIN_MS, LAST_RESORT_BUDGETS * this.#budgetMs)
  }

  #order(order: Order): void {
    this.#worker.postMessage(order)
  }

  #settle(how: (task: Task) => void): void {
    if (this.#state.name !== 'busy') return
    const { task, timer } = this.#state
    clearTimeout(timer)
    this.#state = { name: 'ended' }
    how(task)
  }
}

/** A thread that waits for a busy machine is not to be taken for one that does not look. */
const LAST_RESORT_MIN_MS = 10_000
const LAST_RESORT_BUDGETS = 10

/** Compiled, or from the sources with the loader that tests and `npm run dev` use. */
const WORKER: WorkerEntry = import.meta.url.endsWith('.ts')
  ? { url: new URL('./verifier-worker.ts', import.meta.url), execArgv: ['--import', 'tsx'] }
  : { url: new URL('./verifier-worker.js', import.meta.url), execArgv: [] }
