import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LockedError } from '../../lib/lock-file.js'
import { openEmbedded } from '../embedded.js'
import type { Database } from '../types.js'
import { BackupError } from './backup-error.js'
import { askForSnapshot } from './snapshot-socket.js'

/**
 * The embedded database of `dataDir` to read at leisure: itself if nobody uses it, else a copy of it that
 * the process which does makes while it stands still for a moment.
 *
 * @throws {BackupError} when there is no database, or the process gives no copy.
 */
export async function openIdleCopy(dataDir: string): Promise<Database> {
  await access(join(dataDir, 'postgres', 'PG_VERSION')).catch(() => {
    throw new BackupError(`There is nothing to back up: ${dataDir} has no database.`)
  })
  try {
    return await openEmbedded(dataDir)
  } catch (error) {
    if (!(error instanceof LockedError)) throw error
  }
  const snapshot = await askForSnapshot(dataDir)
  const remove = () => rm(snapshot, { recursive: true, force: true })
  try {
    const copy = await openEmbedded(snapshot)
    return {
      ...copy,
      async [Symbol.asyncDispose]() {
        await copy[Symbol.asyncDispose]()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
