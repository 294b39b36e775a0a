import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What has to be known before anything can be done; the message names the variable. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const did = needed(env, 'MLS_DID', 'the account')
  return {
    service: env.MLS_SERVICE ?? 'http://127.0.0.1:3000',
    did,
    secret: env.JWT_SECRET || secretIn(env.DATA_DIR || './data'),
    storeKey: keyIn(needed(env, 'MLS_STORE_KEY', '64 hex digits that encrypt the store')),
    storeFile:
      env.MLS_STORE ?? join(homedir(), `.catbird-mls-${did.replaceAll(/[^\w.-]/g, '_')}.db`),
  }
}

function needed(env: NodeJS.ProcessEnv, name: string, what: string): string {
  const value = env[name]
  if (value === undefined || value === '') throw new SettingError(`${name} is not set: ${what}`)
  return value
}

/** A service that was given no secret makes one in its `DATA_DIR`. */
function secretIn(dataDir: string): string {
  const file = join(dataDir, 'development-jwt-secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new SettingError(
      `JWT_SECRET is not set, and there is no ${file}: start a service in development first, or name its DATA_DIR`,
    )
  }
}

function keyIn(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new SettingError('MLS_STORE_KEY must be 64 hex digits')
  return new Uint8Array(Buffer.from(text, 'hex'))
}

export interface Settings {
  service: string
  did: string
  secret: string
  storeKey: Uint8Array
  storeFile: string
}
