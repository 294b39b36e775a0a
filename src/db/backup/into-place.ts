import { access, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeDirectory } from '../../lib/make-directory.js'
import { BackupError } from './backup-error.js'

/**
 * Makes a file that is there as a whole or not at all: `write` writes and checks another one beside it,
 * which then takes its name. An existing file is left alone.
 *
 * @throws {BackupError} when the file exists or its directory cannot be used.
 */
export async function intoPlace<T>(
  path: string,
  write: (partial: string) => Promise<T>,
): Promise<T> {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists) throw new BackupError(`${path} exists already; a backup overwrites nothing.`)
  const partial = `${path}.${process.pid}.partial`
  try {
    makeDirectory(dirname(path))
    const result = await write(partial)
    await rename(partial, path)
    return result
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw ofFile(error) ?? error
  }
}

function ofFile(error: unknown): BackupError | undefined {
  const isFault = error instanceof Error && 'syscall' in error && 'path' in error
  // A write to a full disk names no path.
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
  if (!isFault && !isFull) return undefined
  return new BackupError(`The backup cannot be written: ${error.message}`, { cause: error })
}
