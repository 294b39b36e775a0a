/**
 * Messages per second that the storage layer takes: all checks of a locked conversation, entry, head and
 * event, in batches. On a PostgreSQL server of this benchmark's own (fsync on) against `pgbench` with the
 * bare insertion of an entry, the best of 1, 8 and 32 connections; on the embedded database against the
 * same statement, one at a time. Ends by itself in about a minute.
 */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { openEmbedded } from '../src/db/embedded.js'
import { migrate } from '../src/db/migrate.js'
import { openPostgres } from '../src/db/postgres.js'
import type { Database } from '../src/db/types.js'
import type { ConvoId, Did } from '../src/lib/ids.js'
import { startPostgres } from '../tests/support/postgres.js'
import { keepResults, median, perSecond, printHeading, printTable, verdict } from './report.js'
import { INSERT_CONVOS, INSERT_MEMBERS } from './send/stage.js'
import { bareInsert, measurePgbench } from './store/pgbench.js'
import { measureStorage } from './store/storage.js'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery } from 'kysely'

const CONVOS = 1_000
const MESSAGE_BYTES = 512
const ROUNDS = 3
const ROUND_MS = 2_000
const CALLERS = 256
const POOL_SIZE = 10
const GOAL = 1.5
/** More than a round takes. */
const COUNT = 100_000

printHeading({ messages: `${MESSAGE_BYTES} bytes, ${CONVOS} conversations, ${CALLERS} callers` })
const rows = [await onPostgres(), await onEmbedded()]
printTable(
  ['database', 'batches', 'bare insertion', 'ratio', 'goal'],
  rows.map(({ name, batches, bare }) => [
    name,
    perSecond(batches),
    perSecond(bare),
    (batches / bare).toFixed(2),
    `≥ ${GOAL} ${verdict(batches / bare >= GOAL, `batches on ${name} ≥ ${GOAL} × bare insertion`)}`,
  ]),
)
keepResults('store', { messageBytes: MESSAGE_BYTES, results: rows })

async function onPostgres() {
  await using server = await startPostgres()
  await using database = openPostgres({ url: server.url, poolSize: POOL_SIZE, onError: () => {} })
  const stage = await prepare(database)
  const statement = bareInsert(
    MESSAGE_BYTES,
    `nextval('bare_seq')`,
    `(select convo_id from bare_convos where n = :c)`,
  )
  const bestOf: number[] = []
  const batches: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const load = { convos: CONVOS, seconds: ROUND_MS / 1_000 }
    bestOf.push(
      Math.max(
        ...[1, 8, 32].map((connections) =>
          measurePgbench(server.url, statement, { ...load, connections }),
        ),
      ),
    )
    batches.push(await measure(database, stage, Math.floor(POOL_SIZE / 4)))
  }
  return { name: 'PostgreSQL', batches: median(batches), bare: median(bestOf) }
}

async function onEmbedded() {
  const directory = await mkdtemp(join(tmpdir(), 'bench-store-'))
  try {
    await using database = await openEmbedded(directory)
    const stage = await prepare(database)
    const statement = bareInsert(MESSAGE_BYTES, `nextval('bare_seq')`, '$1')
    const bare: number[] = []
    const batches: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await oneAtATime(database, statement, stage.convoIds))
      batches.push(await measure(database, stage, 1))
    }
    return { name: 'embedded', batches: median(batches), bare: median(bare) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function measure(database: Database, stage: Stage, atOnce: number): Promise<number> {
  const load = { ...stage, messageBytes: MESSAGE_BYTES, callers: CALLERS, atOnce, count: COUNT }
  return measureStorage(database, { ...load, ms: ROUND_MS })
}

async function oneAtATime(
  { db }: Database,
  statement: string,
  convoIds: readonly ConvoId[],
): Promise<number> {
  const begunMs = performance.now()
  let count = 0
  for (; performance.now() - begunMs < ROUND_MS; count++) {
    await db.executeQuery(CompiledQuery.raw(statement, [convoIds[count % convoIds.length]]))
  }
  return (count * 1_000) / (performance.now() - begunMs)
}

async function prepare({ db }: Database): Promise<Stage> {
  await migrate(db)
  const convoIds = Array.from({ length: CONVOS }, () => randomBytes(16).toString('hex') as ConvoId)
  const dids = ['did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did]
  await db.executeQuery(CompiledQuery.raw(INSERT_CONVOS, [convoIds, dids[0]]))
  await db.executeQuery(CompiledQuery.raw(INSERT_MEMBERS, [convoIds, dids]))
  // Its own conversations, so that the entries of both never meet.
  await sql`create sequence bare_seq start 1000000000`.execute(db)
  await sql`create table bare_convos as
    select convo_id, (row_number() over ())::int - 1 as n from conversations`.execute(db)
  await sql`create unique index on bare_convos (n)`.execute(db)
  await sql`analyze`.execute(db)
  return { convoIds, dids }
}

interface Stage {
  convoIds: ConvoId[]
  dids: Did[]
}
