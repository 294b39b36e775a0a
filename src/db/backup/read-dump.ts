import { createHash } from 'node:crypto'
import { z } from 'zod'
import { BackupError } from './backup-error.js'
import { type DumpHeader, FORMAT, FORMAT_VERSION, totalRows } from './format.js'
import { readLines } from './lines.js'

/** Rows of one batch, and about how many bytes they may have together. */
const BATCH_ROWS = 500
const BATCH_BYTES = 4 * 1024 * 1024

/** What a dump holds, in order: its header, and then the rows of one table after another. */
export type DumpPart =
  | { kind: 'header'; header: DumpHeader }
  /** Each row as its line: a JSON array. */
  | { kind: 'rows'; table: string; rows: string[] }

/**
 * Reads a dump as a stream, and its checksum with it: that it is whole is known only once the last part
 * was taken.
 *
 * @throws {BackupError} when the file is no dump, or a newer form of one, or is damaged.
 */
export async function* readDump(path: string): AsyncGenerator<DumpPart> {
  const hash = createHash('sha256')
  const lines = readLines(path)
  const next = async () => {
    const line = await lines.next().catch((error: unknown) => refuse(path, error))
    if (line.done) throw damaged(path, 'it ends too early')
    return line.value
  }
  const nextHashed = async () => {
    const line = await next()
    hash.update(line)
    return line.toString()
  }
  const header = parseHeader(await nextHashed(), path)
  yield { kind: 'header', header }
  for (const { name: table, rows } of header.tables) {
    for (let left = rows; left > 0;) {
      const batch: string[] = []
      for (let bytes = 0; left > 0 && batch.length < BATCH_ROWS && bytes < BATCH_BYTES; left--) {
        const line = await nextHashed()
        batch.push(line)
        bytes += line.length
      }
      yield { kind: 'rows', table, rows: batch }
    }
  }
  const expected = JSON.stringify({ rows: totalRows(header), sha256: hash.digest('hex') })
  if ((await next()).toString() !== `${expected}\n`) throw damaged(path, 'its checksum is another')
  const after = await lines.next().catch((error: unknown) => refuse(path, error))
  if (!after.done) throw damaged(path, 'something comes after its end')
}

/** Reads all of a dump; answers its header if it is whole. */
export async function checkDump(path: string): Promise<DumpHeader> {
  let header: DumpHeader | undefined
  for await (const part of readDump(path)) if (part.kind === 'header') header = part.header
  return header!
}

function parseHeader(line: string, path: string): DumpHeader {
  const said = parseJson(line)
  const known = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(said)
  if (!known.success) throw new BackupError(`${path} is no backup of this service.`)
  if (known.data.version > FORMAT_VERSION) {
    throw new BackupError(
      `${path} was written by a newer version of this service: restore it with that.`,
    )
  }
  const header = HEADER.safeParse(said)
  if (!header.success) throw damaged(path, 'its header is incomplete')
  return header.data
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function refuse(path: string, error: unknown): never {
  const { message, code = '' } = error as NodeJS.ErrnoException
  if (code.startsWith('Z_') || error instanceof RangeError) throw damaged(path, message)
  throw error
}

function damaged(path: string, why: string): BackupError {
  return new BackupError(`${path} is damaged (${why}): nothing of it was restored.`)
}

const HEADER = z.object({
  format: z.literal(FORMAT),
  version: z.number(),
  service: z.string(),
  madeAt: z.string(),
  migrations: z.array(z.string()),
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.string()),
      rows: z.number().int().nonnegative(),
    }),
  ),
})
