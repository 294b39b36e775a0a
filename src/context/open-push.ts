import type { Config } from '../config/index.js'
import type { Db } from '../db/types.js'
import type { PushOffer } from '../devices/push.js'
import { type Job, sendPushes } from '../jobs/index.js'
import type { Logger } from '../logger.js'
import { openProviders } from '../push/open-providers.js'
import { PUSH_SETTINGS } from '../push/settings.js'
import { createTokenVault } from '../push/token-vault.js'
import type { StreamService } from '../stream/index.js'

/** What is set up to wake devices, and the job that does; none where nothing is. */
export function openPush(deps: OpenPushDeps): PushOffer & { job: Job[] } {
  const { config, db, incarnation, stream, logger, resources } = deps
  const { pushTokenKey } = config.secrets
  if (pushTokenKey === undefined) return { vault: undefined, platforms: [], job: [] }
  const vault = createTokenVault(pushTokenKey)
  const providers = resources.use(openProviders(config))
  const job = sendPushes({
    db,
    incarnation,
    vault,
    providers,
    settings: PUSH_SETTINGS,
    isConnected: (did, deviceId) => stream.isConnected(did, deviceId),
    onFailure: (platform, status) =>
      logger.warn({ platform, status }, 'a push service refuses us; look at its settings'),
  })
  return { vault, platforms: [...providers.keys()], job: providers.size > 0 ? [job] : [] }
}

interface OpenPushDeps {
  config: Config
  db: Db
  incarnation: string
  stream: StreamService
  logger: Logger
  /** Keeps what has to be closed. */
  resources: AsyncDisposableStack
}
