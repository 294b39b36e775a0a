import { join } from 'node:path'
import { EventEmitter } from 'node:events'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { acquireLock } from '../lib/lock-file.js'
import { makeDirectory } from '../lib/make-directory.js'
import { PARSERS } from './parsers.js'
import type { Schema } from './schema.js'
import { offerSnapshots } from './backup/snapshot-socket.js'
import type { Database } from './types.js'

/**
 * PostgreSQL 18 compiled to WebAssembly, in this process, in `<dataDir>/postgres`; in memory only where
 * `dataDir` is undefined.
 *
 * @NOTE What it promises: all that was acknowledged is there after the process was killed (the files
 * were written). What it does not: it never calls fsync, so a loss of power may lose the last seconds.
 * It does not guard its directory either, hence the lock file: two processes on one would diverge.
 */
export async function openEmbedded(dataDir: string | undefined): Promise<Database> {
  await using opening = new AsyncDisposableStack()
  let pglite: PGlite
  if (dataDir === undefined) {
    pglite = new PGlite({ parsers: PARSERS })
  } else {
    makeDirectory(dataDir)
    opening.use(await acquireLock(join(dataDir, 'postgres.lock')))
    pglite = new PGlite(join(dataDir, 'postgres'), { parsers: PARSERS })
  }
  opening.defer(async () => {
    if (!pglite.closed) await pglite.close()
  })
  await pglite.waitReady
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) })
  opening.defer(() => db.destroy())
  if (dataDir !== undefined) {
    opening.use(
      await offerSnapshots(dataDir, (copy) =>
        db.connection().execute(async (connection) => {
          await sql`checkpoint`.execute(connection)
          await copy()
        }),
      ),
    )
  }
  // One process, one session: a wake-up needs no database.
  const signals = new EventEmitter().setMaxListeners(0)
  const resources = opening.move()
  return {
    kind: 'embedded',
    db,
    description: dataDir
      ? `embedded PostgreSQL in ${join(dataDir, 'postgres')}`
      : 'embedded PostgreSQL in memory',
    // No network, no round trips; and whoever copies the files keeps transactions out by `db`.
    pipelined: ({ read, write }) =>
      db.transaction().execute(async (tx) => {
        const { value, written } = write(tx, await read(tx))
        await written
        return value
      }),
    async listen(channel, handler) {
      signals.on(channel, handler)
      return {
        async [Symbol.asyncDispose]() {
          signals.off(channel, handler)
        },
      }
    },
    async notify(channel) {
      signals.emit(channel)
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
