import { open } from 'node:fs/promises'
import { BackupError } from './backup-error.js'

const GZIP = '1f8b'
const PG_DUMP = Buffer.from('PGDMP').toString('hex')

/**
 * What made a backup: `pg_dump`, or the service itself.
 *
 * @throws {BackupError} when the file cannot be read, or is neither.
 */
export async function fileKind(path: string): Promise<'archive' | 'dump'> {
  const start = (await readStart(path)).toString('hex')
  if (start.startsWith(GZIP)) return 'dump'
  if (start.startsWith(PG_DUMP)) return 'archive'
  throw new BackupError(`${path} is no backup of this service.`)
}

async function readStart(path: string): Promise<Buffer> {
  try {
    await using file = await open(path)
    const { bytesRead, buffer } = await file.read(Buffer.alloc(5), 0, 5, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw new BackupError(`The backup cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
