import cluster, { type Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../config/index.js'
import { aborted } from '../../lib/shutdown.js'
import { createLogger } from '../../logger.js'
import type { Figures } from '../../metrics.js'
import { AllFigures } from './all-figures.js'
import { openQuestions, type Questions } from './questions.js'
import { delayAfter } from './restarts.js'

/** A worker that cannot be asked in time is busy; a scrape waits for ten seconds. */
const FIGURES_PATIENCE_MS = 2_000
/** More than a worker takes to drain. */
const STOP_PATIENCE_MS = 20_000

/**
 * Keeps `count` workers until `stop`, then has them drain. The first starts alone: it migrates the
 * database, and where it cannot start it says why, and that is the end. A worker that ends later is
 * replaced; where its replacements keep ending soon, all stop, with exit code 1.
 */
export async function supervise(config: Config, count: number, stop: AbortSignal): Promise<void> {
  const logger = createLogger(config)
  const all = new AllFigures()
  const running = new Map<Worker, Questions>()
  const failed = new AbortController()
  const stopping = AbortSignal.any([stop, failed.signal])
  const begun = new AbortController()
  const isBegun = aborted(begun.signal).then(() => true)

  // What is not a number in a figure would be lost in JSON.
  cluster.setupPrimary({ serialization: 'advanced' })
  const first = keepPlace()
  void aborted(stopping).then(stopAll)
  if (await Promise.race([isBegun, first.then(() => false)])) {
    await Promise.all([first, ...Array.from({ length: count - 1 }, keepPlace)])
  }
  if (failed.signal.aborted) process.exitCode = 1

  async function keepPlace(): Promise<void> {
    const livesMs: number[] = []
    while (!stopping.aborted) {
      const startedAt = performance.now()
      const { worker, status } = await runWorker()
      if (stopping.aborted) return
      livesMs.push(performance.now() - startedAt)
      const delayMs = begun.signal.aborted ? delayAfter(livesMs) : undefined
      if (delayMs === undefined) {
        // A start that cannot go on has said why.
        if (begun.signal.aborted || status !== 1)
          logger.error({ worker, status }, 'a worker cannot be replaced: all stop')
        return failed.abort()
      }
      logger.warn({ worker, status, ms: delayMs }, 'a worker ended: another takes its place')
      await sleep(delayMs, undefined, { signal: stopping }).catch(() => {})
    }
  }

  /** Resolves when it has ended. */
  async function runWorker(): Promise<{ worker: number; status: number | string }> {
    const worker = cluster.fork()
    running.set(
      worker,
      openQuestions(worker, {
        metrics: () => all.scrape(sources()),
        async ready(banner) {
          if (begun.signal.aborted) logger.info({ worker: worker.id }, 'a worker serves')
          else console.log(`${String(banner)}\n  workers         ${count}`)
          begun.abort()
        },
      }),
    )
    const status = await endOf(worker)
    running.delete(worker)
    all.end(worker.id)
    return { worker: worker.id, status }
  }

  function sources() {
    return [...running].map(([{ id }, questions]) => ({
      id,
      figures: () => questions.ask('figures', FIGURES_PATIENCE_MS) as Promise<Figures>,
    }))
  }

  function stopAll(): void {
    for (const [worker, questions] of running) {
      // No signal: a terminal has sent one to every process already, and the second one would end it.
      questions.ask('stop', FIGURES_PATIENCE_MS).catch(() => worker.process.kill('SIGTERM'))
    }
    const late = setTimeout(() => {
      for (const worker of running.keys()) worker.process.kill('SIGKILL')
    }, STOP_PATIENCE_MS)
    late.unref()
  }
}

/** Its exit code, or the signal that ended it. */
function endOf(worker: Worker): Promise<number | string> {
  return new Promise((resolve) => {
    worker.once('exit', (code: number | null, signal: string | null) =>
      resolve(signal ?? code ?? 0),
    )
    worker.on('error', (error: NodeJS.ErrnoException) => {
      // One that could not be started has no exit.
      if (worker.process.pid === undefined) resolve(error.code ?? error.name)
    })
  })
}
