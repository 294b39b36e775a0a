import { mintDevelopmentToken } from '../auth/index.js'
import { readConfig } from '../config/index.js'
import { parseDid } from '../lib/ids.js'

const TTL_MAX_SECONDS = 3600

/** What was asked for cannot be done; the message is one line for who asked. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

export function token(options: { did: string; lxm: string; ttl: string }): void {
  const { service, secrets } = readConfig(process.env)
  const did = parseDid(options.did)
  if (!did) throw new CommandError('--did must be a plain did:plc or did:web')
  const ttlSeconds = Number(options.ttl)
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > TTL_MAX_SECONDS) {
    throw new CommandError(`--ttl must be a whole number of seconds from 1 to ${TTL_MAX_SECONDS}`)
  }
  if (secrets.jwtSecret === undefined) {
    throw new CommandError(
      'Development tokens are off here: set JWT_SECRET, or use a loopback HOST',
    )
  }
  const aud = service.did
  console.log(
    mintDevelopmentToken({ secret: secrets.jwtSecret, did, aud, lxm: options.lxm, ttlSeconds }),
  )
}
