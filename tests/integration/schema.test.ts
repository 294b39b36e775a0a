import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MIGRATIONS_DIR } from '../../src/db/migrate.js'
import { dumpSchema } from '../support/schema-dump.js'
import { schemaPage } from '../support/schema-page.js'
import { openTestDatabase } from '../support/database.js'

test('schema.sql and the page about it are what the migrations make', async () => {
  await using database = await openTestDatabase()
  const expected = await readFile(join(MIGRATIONS_DIR, 'schema.sql'), 'utf8')
  expect(await dumpSchema(database.db), 'run `npm run schema`').toBe(expected)
  const page = await readFile(join(MIGRATIONS_DIR, '../docs/database-schema.md'), 'utf8')
  expect(await schemaPage(database.db), 'run `npm run schema`').toBe(page)
})
