import { readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded } from '../../src/db/embedded.js'
import type { Db } from '../../src/db/types.js'
import { BackupStory } from '../support/backup-story.js'
import { readAsFormerly, rememberLife } from '../support/former-life.js'
import { startPlc, type TestPlc } from '../support/plc.js'

/** It starts two services, which takes long on a busy machine. */
const SLOW = { timeout: 240_000 }

let plc: TestPlc
let directory: string
beforeAll(async () => {
  plc = await startPlc()
  directory = await mkdtemp(join(tmpdir(), 'catbird-backup-'))
})
afterAll(async () => {
  await plc.close()
  await rm(directory, { recursive: true, force: true })
})

test(
  'an embedded database is backed up while the service runs, and restored with all of it',
  SLOW,
  async () => {
    await using story = await BackupStory.begin(plc)
    const file = join(directory, 'running.jsonl.gz')
    await story.write()
    const before = await story.backUp(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(story.service.dataDir).filter((name) => name.includes('snapshot'))).toEqual(
      [],
    )
    const { cursor } = await story.end()
    const life = await inDatabase(story.service.dataDir, rememberLife)

    const dataDir = join(directory, 'restored')
    await story.goesOn({ from: file, dataDir, before, cursor })

    // The control: what a restore that did not begin a new incarnation would have left.
    expect(await inDatabase(dataDir, (db) => readAsFormerly(db, life, cursor))).toEqual({
      verdict: 'future',
      delivered: false,
    })
  },
)

async function inDatabase<T>(dataDir: string, use: (db: Db) => Promise<T>): Promise<T> {
  await using database = await openEmbedded(dataDir)
  return await use(database.db)
}
