import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../support/command.js'

/** Nobody listens there: what is refused is refused before anything is asked. */
const DATABASE_URL = 'postgres://127.0.0.1:1/nothing'
const REDIS_URL = 'redis://127.0.0.1:1'

const NO_COUNT = /^--workers must be a whole number from 1 to 64\n$/
const NOT_SHARED = /^--workers 2 needs DATABASE_URL and REDIS_URL: [^\n]+\n$/
const SMALL_POOL = /^DATABASE_POOL_SIZE must be at least 4 for --workers 2, [^\n]+\n$/

test.each<[workers: string, env: Record<string, string>, told: RegExp]>([
  ['0', {}, NO_COUNT],
  ['x', {}, NO_COUNT],
  ['65', {}, NO_COUNT],
  ['2', {}, NOT_SHARED],
  ['2', { DATABASE_URL }, NOT_SHARED],
  ['2', { REDIS_URL }, NOT_SHARED],
  ['2', { DATABASE_URL, REDIS_URL, DATABASE_POOL_SIZE: '3' }, SMALL_POOL],
])('serve --workers %s with %o is refused in one line', async (workers, env, told) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'catbird-serve-'))
  try {
    const refused = await runCommand(['serve', '--workers', workers], { DATA_DIR: dataDir, ...env })
    expect(refused).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(told) })
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
