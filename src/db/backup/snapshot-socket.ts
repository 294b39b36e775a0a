import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { constants, rmSync } from 'node:fs'
import { chmod, cp, readdir, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { BackupError } from './backup-error.js'

const SOCKET = 'postgres.sock'
const SNAPSHOT = /^snapshot-[0-9a-f]{16}$/
/** What a backup that was killed has left behind is removed by the next one after this. */
const ABANDONED_MS = 24 * 60 * 60 * 1000

/**
 * Lets other processes of this user have a copy of the database's directory while this process uses it,
 * by a socket in `dataDir`: nothing but the file's owner gets at it. Each connection is answered with one
 * line of JSON, `{snapshot}` or `{error}`, and whoever asked removes the copy.
 *
 * Where no socket can be made, a path that is too long for instance, there is none.
 *
 * @param standStill runs its argument while the database writes nothing, all that is committed being in
 * its files.
 */
export async function offerSnapshots(
  dataDir: string,
  standStill: (copy: () => Promise<void>) => Promise<void>,
): Promise<AsyncDisposable> {
  const path = join(dataDir, SOCKET)
  // Of a process that was killed: whoever comes here holds the lock of the directory.
  rmSync(path, { force: true })
  let last: Promise<unknown> = Promise.resolve()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    last = last.then(() => answer(socket))
  })
  server.on('error', () => {})
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  )
  server.listen(path)
  if (await listening) await chmod(path, 0o600)

  async function answer(socket: Socket): Promise<void> {
    if (socket.destroyed) return
    try {
      socket.end(`${JSON.stringify({ snapshot: await takeSnapshot(dataDir, standStill) })}\n`)
    } catch (error) {
      socket.end(`${JSON.stringify({ error: (error as Error).message })}\n`)
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      if (server.listening) {
        server.close()
        await closed
      }
      await last
    },
  }
}

/**
 * A directory with a copy of the embedded database that another process has open in `dataDir`; it is in
 * `postgres` there, as in any `DATA_DIR`. Remove it after use.
 *
 * @throws {BackupError} when that process gives none.
 */
export async function askForSnapshot(dataDir: string): Promise<string> {
  const socket = connect(join(dataDir, SOCKET))
  const said = await text(socket).catch((error: NodeJS.ErrnoException) => {
    throw new BackupError(`${NOT_GIVEN} (${error.code ?? error.message})`, { cause: error })
  })
  const answer = ANSWER.safeParse(said === '' ? {} : JSON.parse(said))
  if (!answer.success) throw new BackupError(`${NOT_GIVEN} (it ended)`)
  if ('error' in answer.data) throw new BackupError(`${NOT_GIVEN} (${answer.data.error})`)
  // The other process may know the directory by another path, in a container for instance.
  return join(dataDir, answer.data.snapshot)
}

async function takeSnapshot(
  dataDir: string,
  standStill: (copy: () => Promise<void>) => Promise<void>,
): Promise<string> {
  await removeAbandoned(dataDir)
  const name = `snapshot-${randomBytes(8).toString('hex')}`
  const snapshot = join(dataDir, name)
  try {
    await standStill(() =>
      cp(join(dataDir, 'postgres'), join(snapshot, 'postgres'), {
        recursive: true,
        // In no time on file systems that can share blocks.
        mode: constants.COPYFILE_FICLONE,
      }),
    )
    await chmod(snapshot, 0o700)
    return name
  } catch (error) {
    await rm(snapshot, { recursive: true, force: true })
    throw error
  }
}

async function removeAbandoned(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!SNAPSHOT.test(name)) continue
    const path = join(dataDir, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true })
  }
}

const ANSWER = z.union([
  z.object({ snapshot: z.string().regex(SNAPSHOT) }),
  z.object({ error: z.string() }),
])
const NOT_GIVEN =
  'The process that uses the embedded database gives no copy of it; stop it and try again'
