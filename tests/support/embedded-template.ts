import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../src/db/embedded.js'
import { migrate } from '../../src/db/migrate.js'

const VARIABLE = 'CATBIRD_TEST_TEMPLATE'

/**
 * Vitest's global set-up: one migrated embedded database for the whole run, of which each test gets a
 * copy. Making one anew takes seconds, a copy a fraction of that.
 */
export async function setup(): Promise<(() => Promise<void>) | void> {
  if (process.env.DATABASE_URL !== undefined) return
  const directory = await mkdtemp(join(tmpdir(), 'catbird-mls-template-'))
  const database = await openEmbedded(directory)
  await migrate(database.db)
  await database[Symbol.asyncDispose]()
  process.env[VARIABLE] = directory
  return () => rm(directory, { recursive: true, force: true })
}

/** Puts a copy of the template into `dataDir`; outside a run of the tests it stays empty, for the service to fill. */
export async function copyTemplate(dataDir: string): Promise<void> {
  const template = process.env[VARIABLE]
  if (template === undefined) return
  await mkdir(dataDir, { recursive: true })
  await cp(join(template, 'postgres'), join(dataDir, 'postgres'), { recursive: true })
}
