import type { Worker } from 'node:cluster'
import type { Config } from '../../config/index.js'
import { createContext } from '../../context/index.js'
import { aborted } from '../../lib/shutdown.js'
import { createLogger } from '../../logger.js'
import type { Scraped } from '../../metrics.js'
import { startServer } from '../../server/server.js'
import { banner } from '../banner.js'
import { databaseFault } from '../database-fault.js'
import { openQuestions } from './questions.js'

/** More than what the primary waits for all workers. */
const METRICS_PATIENCE_MS = 5_000
const READY_PATIENCE_MS = 60_000

/**
 * One of several processes on the same port. Whichever is asked for metrics, or listens where metrics
 * are, has the primary add up those of all.
 */
export async function serveAsWorker(
  worker: Worker,
  config: Config,
  stop: AbortSignal,
): Promise<void> {
  try {
    const logger = createLogger(config).child({ worker: worker.id })
    await using context = await createContext(config, { logger }).catch(databaseFault)
    const told = new AbortController()
    const primary = openQuestions(worker, {
      stop: async () => told.abort(),
      figures: () => context.metrics.figures(),
    })
    const scrape = () => primary.ask('metrics', METRICS_PATIENCE_MS) as Promise<Scraped>
    await using server = await startServer({
      ...context,
      metrics: { ...context.metrics, scrape },
    })
    await primary.ask('ready', READY_PATIENCE_MS, banner(context, server))
    await aborted(AbortSignal.any([stop, told.signal]))
    logger.info('stopping: requests in flight are finished')
  } finally {
    // Its channel would keep the process.
    worker.disconnect()
  }
}
