import cluster from 'node:cluster'
import { type Config, readConfig } from '../config/index.js'
import { createContext } from '../context/index.js'
import { aborted, stopSignal } from '../lib/shutdown.js'
import { startServer } from '../server/server.js'
import { banner } from './banner.js'
import { databaseFault } from './database-fault.js'
import { CommandError } from './token.js'
import { serveAsWorker } from './workers/serve-as-worker.js'
import { requireShared, shareOf } from './workers/share.js'
import { supervise } from './workers/supervise.js'

const WORKERS_MAX = 64

/** Serves until the first SIGTERM or SIGINT, then drains: requests finish, streams close with 1001. */
export async function serve(options: { workers: string }): Promise<void> {
  const stop = stopSignal()
  const workers = countOf(options.workers)
  const config = readConfig(process.env)
  if (workers === 1) return serveAlone(config, stop)
  if (cluster.worker) return serveAsWorker(cluster.worker, shareOf(config, workers), stop)
  requireShared(config, workers)
  await supervise(config, workers, stop)
}

async function serveAlone(config: Config, stop: AbortSignal): Promise<void> {
  await using context = await createContext(config).catch(databaseFault)
  await using server = await startServer(context)
  console.log(banner(context, server))
  await aborted(stop)
  context.logger.info('stopping: requests in flight are finished')
}

function countOf(text: string): number {
  const count = Number(text)
  if (/^[0-9]+$/.test(text) && count >= 1 && count <= WORKERS_MAX) return count
  throw new CommandError(`--workers must be a whole number from 1 to ${WORKERS_MAX}`)
}
