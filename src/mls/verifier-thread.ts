import { Worker } from 'node:worker_threads'
import { fault, refuseMls } from './verdict.js'
import type { VerifierJob, VerifierResult } from './verifier-job.js'

export interface Task {
  job: VerifierJob
  resolve(result: VerifierResult): void
  reject(error: Error): void
}

interface Listener {
  idle(thread: VerifierThread): void
  ended(thread: VerifierThread): void
}

/** starting -> idle <-> busy; any -> ended, when it fails, is stopped, or is over its budget. */
type State =
  { name: 'starting' | 'idle' | 'ended' } | { name: 'busy'; task: Task; timer: NodeJS.Timeout }

/** One worker thread. It keeps the process alive only while it has something to do. */
export class VerifierThread {
  readonly #worker = new Worker(WORKER.url, { execArgv: WORKER.execArgv })
  #state: State = { name: 'starting' }

  constructor(listener: Listener) {
    this.#worker.on('message', (message: 'ready' | VerifierResult) => {
      if (message !== 'ready') this.#settle((task) => task.resolve(message))
      this.#state = { name: 'idle' }
      this.#worker.unref()
      listener.idle(this)
    })
    this.#worker.on('error', (error: Error) => this.#settle((task) => task.reject(error)))
    this.#worker.on('exit', () => {
      this.#settle((task) => task.reject(new Error('A verifier thread ended')))
      this.#state = { name: 'ended' }
      listener.ended(this)
    })
  }

  /** Only while idle. */
  run(task: Task, budgetMs: number): void {
    const timer = setTimeout(() => {
      this.#settle(({ resolve }) => resolve(OVER_BUDGET))
      void this.terminate()
    }, budgetMs)
    this.#state = { name: 'busy', task, timer }
    this.#worker.ref()
    this.#worker.postMessage(task.job)
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  #settle(how: (task: Task) => void): void {
    if (this.#state.name !== 'busy') return
    const { task, timer } = this.#state
    clearTimeout(timer)
    this.#state = { name: 'ended' }
    how(task)
  }
}

/** Compiled, or from the sources with the loader that tests and `npm run dev` use. */
const WORKER = import.meta.url.endsWith('.ts')
  ? { url: new URL('./verifier-worker.ts', import.meta.url), execArgv: ['--import', 'tsx'] }
  : { url: new URL('./verifier-worker.js', import.meta.url), execArgv: [] }

const OVER_BUDGET = refuseMls(
  'TooLarge',
  fault(
    'verificationBudget',
    'limits',
    'Verifying the commit takes too long; add fewer devices at once, or try again later.',
  ),
)
