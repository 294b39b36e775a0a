import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openEmbedded } from '../../src/db/embedded.js'
import { migrate } from '../../src/db/migrate.js'
import { openPostgres } from '../../src/db/postgres.js'
import type { Database } from '../../src/db/types.js'
import { copyTemplate } from './embedded-template.js'

const POOL_SIZE = 10
const TEMPLATE_LOCK = 5_771

/**
 * A database of this test's own, migrated: on the server of `DATABASE_URL` a clone of one migrated
 * template, else an embedded one. Disposing of it drops it.
 */
export async function openTestDatabase(): Promise<Database & { url?: string }> {
  const server = process.env.DATABASE_URL
  if (server === undefined) return openMigratedEmbedded()
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = await migratedTemplate(server)
  await admin(server, `create database ${name} template ${template}`)
  const url = withDatabase(server, name)
  const database = openPostgres({ url, poolSize: POOL_SIZE, onError: () => {} })
  return {
    ...database,
    url,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await admin(server, `drop database if exists ${name} with (force)`)
    },
  }
}

async function openMigratedEmbedded(): Promise<Database> {
  const dataDir = await mkdtemp(join(tmpdir(), 'catbird-mls-'))
  await copyTemplate(dataDir)
  const database = await openEmbedded(dataDir)
  await migrate(database.db)
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Made once per run of the tests, by whichever file comes first. */
async function migratedTemplate(server: string): Promise<string> {
  const name = `template_catbird_${process.env.VITEST_RUN_ID ?? process.ppid}`
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) {
      const draft = `${name}_draft`
      await client.query(`drop database if exists ${draft} with (force)`)
      await client.query(`create database ${draft}`)
      const database = openPostgres({
        url: withDatabase(server, draft),
        poolSize: 2,
        onError: () => {},
      })
      await migrate(database.db)
      await database[Symbol.asyncDispose]()
      await client.query(`alter database ${draft} rename to ${name}`)
    }
  } finally {
    await client.end()
  }
  return name
}

async function admin(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}
