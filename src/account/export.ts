import { Readable } from 'node:stream'
import type { Db } from '../db/types.js'
import type { Did } from '../lib/ids.js'
import { EXPORT_PARTS } from './export-parts.js'

/**
 * All that is kept about an account, as JSON lines; read in pages while they are sent, so that its size
 * does not matter. Resolves once the first of it was read.
 */
export async function exportAccountData(deps: ExportDeps, did: Did): Promise<Readable> {
  const lines = exportLines(deps, did)
  const first: string[] = []
  for (let read = 0; read < 2; read++) {
    const { value, done } = await lines.next()
    if (!done) first.push(value)
  }
  return Readable.from(after(first, lines))
}

async function* exportLines({ db, config, clock }: ExportDeps, did: Did): AsyncGenerator<string> {
  const exportedAt = clock().toISOString()
  yield line({ type: 'account', did, service: config.service.did, exportedAt })
  for (const { type, read } of EXPORT_PARTS) {
    for await (const row of read(db, did)) yield line({ type, ...row })
  }
}

async function* after(first: string[], rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield* first
  yield* rest
}

/** Fields that have no value are left out. */
function line(record: Record<string, unknown>): string {
  return `${JSON.stringify(record, plain)}\n`
}

function plain(_key: string, value: unknown): unknown {
  if (value === null) return undefined
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

interface ExportDeps {
  readonly db: Db
  readonly config: { readonly service: { readonly did: Did } }
  clock(): Date
}
