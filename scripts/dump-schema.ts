import { writeFile } from 'node:fs/promises'
import { openEmbedded } from '../src/db/embedded.js'
import { migrate } from '../src/db/migrate.js'
import { dumpSchema } from '../tests/support/schema-dump.js'
import { schemaPage } from '../tests/support/schema-page.js'

await using database = await openEmbedded(undefined)
await migrate(database.db)
await writeFile('migrations/schema.sql', await dumpSchema(database.db))
await writeFile('docs/database-schema.md', await schemaPage(database.db))
