import type { Logger } from '../logger.js'
import { forgetBlobs } from './forget-blobs.js'
import { forgetEvents } from './forget-events.js'
import { forgetKeyPackages } from './forget-key-packages.js'
import { forgetMessages } from './forget-messages.js'
import { forgetWelcomes } from './forget-welcomes.js'
import type { Job, JobContext } from './job.js'
import { reconcileBlobs } from './reconcile-blobs.js'
import { removeLooseObjects } from './remove-loose-objects.js'

export const JOBS: readonly Job[] = [
  forgetEvents,
  forgetWelcomes,
  forgetKeyPackages,
  forgetMessages,
  forgetBlobs,
  removeLooseObjects,
  reconcileBlobs,
]

/** One run of a job, for metrics. */
export interface JobRun {
  job: string
  ok: boolean
  rows: number
  ms: number
}

/**
 * Runs each job now and then, until disposed of; that waits for the batches under way. Processes that
 * were started together do not work at the same moments.
 */
export function startJobs(
  ctx: JobContext,
  logger: Logger,
  onRun: (run: JobRun) => void = () => {},
  jobs: readonly Job[] = JOBS,
): AsyncDisposable {
  const stopping = new AbortController()
  const running = jobs.map((job) => repeat(job, stopping.signal))

  async function repeat(job: Job, signal: AbortSignal): Promise<void> {
    // The first run soon: a process that is restarted often does its share.
    for (let waitMs = job.intervalMs / 10; ; waitMs = job.intervalMs) {
      await sleep(waitMs * (0.5 + Math.random()), signal)
      if (signal.aborted) return
      await runOnce(job, signal)
    }
  }

  async function runOnce(job: Job, signal: AbortSignal): Promise<void> {
    const begunMs = performance.now()
    const run = { job: job.name, ok: true, rows: 0 }
    try {
      run.rows = await job.run(ctx, signal)
    } catch (error) {
      run.ok = false
      logger.warn({ err: error, job: job.name }, 'a job failed; it is tried again later')
    }
    onRun({ ...run, ms: performance.now() - begunMs })
    if (run.rows > 0) logger.debug({ job: job.name, rows: run.rows }, 'job done')
  }

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    timer.unref()
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
