import { readConfig } from '../config/index.js'
import { createContext } from '../context/index.js'
import { aborted, stopSignal } from '../lib/shutdown.js'
import { startServer } from '../server/server.js'
import { banner } from './banner.js'
import { databaseFault } from './database-fault.js'

/** Serves until the first SIGTERM or SIGINT, then drains: requests finish, streams close with 1001. */
export async function serve(): Promise<void> {
  const stop = stopSignal()
  const config = readConfig(process.env)
  await using context = await createContext(config).catch(databaseFault)
  await using server = await startServer(context)
  console.log(banner(context, server))
  await aborted(stop)
  context.logger.info('stopping: requests in flight are finished')
}
