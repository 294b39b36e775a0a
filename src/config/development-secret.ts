import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectory } from '../lib/make-directory.js'

const FILE_NAME = 'development-jwt-secret'
const SECRET_BYTES = 32
const OWNER_ONLY = 0o600

/**
 * The secret for development tokens, made on first use and readable by its owner alone. The file
 * appears under its name only when it is complete, so that of two processes that start together
 * both end with the same secret.
 */
export function developmentSecret(dataDir: string): string {
  const path = join(dataDir, FILE_NAME)
  return readSecret(path) ?? makeSecret(dataDir, path)
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function makeSecret(dataDir: string, path: string): string {
  makeDirectory(dataDir)
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, { mode: OWNER_ONLY })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(path, 'utf8').trim()
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
