import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const PROGRAM = join(import.meta.dirname, '../../dist/bin/catbird-mls.js')

test('the command migrates the embedded database, and then has nothing to do', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'catbird-migrate-'))
  try {
    expect(await migrate(dataDir)).toMatch(/^(?:ran \d{8}_\d{3}_\w+\n)+done\n$/)
    expect(await migrate(dataDir)).toBe('nothing to do: the schema is current\n')
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

// Below /proc nothing can be made, and a recursive mkdir of Node 24 tries for ever.
test.each([PROGRAM, join(PROGRAM, 'data'), '/proc/catbird', '/proc/catbird/data'])(
  'a DATA_DIR that cannot be one is told in one line: %s',
  async (dataDir) => {
    const failure = await migrate(dataDir).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^DATA_DIR cannot be used: [^\n]+\n$/),
    })
  },
)

async function migrate(dataDir: string): Promise<string> {
  const env = { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '', LOG_LEVEL: 'silent' }
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, 'migrate'], { env })
  return stdout
}
