import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startService } from '../support/service.js'

const ROOT = resolve(import.meta.dirname, '../..')
const SECRET = 'a secret of the tour that is long enough'

test('every command of the tour with curl does what the page says', async () => {
  const page = await readFile(join(ROOT, 'docs/curl-tour.md'), 'utf8')
  const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code)
  expect(commands.length).toBeGreaterThan(6)
  await using service = await startService({ env: { JWT_SECRET: SECRET } })
  const { did } = await service.createAccount()
  const { code, said, complained } = await run(['set -eu', ...commands].join('\n'), {
    MLS: service.url,
    SERVICE: service.serviceDid,
    ME: did,
    JWT_SECRET: SECRET,
  })
  expect(code, `${said}\n${complained}`).toBe(0)
  for (const words of [
    `"did":"${service.serviceDid}"`,
    '"available":3',
    '"kind":"group"',
    '"role":"admin"',
    '"messageId":',
    'event: messageEvent',
    '"hasMore":false',
    '"error":"ConvoNotFound"',
  ]) {
    expect(said).toContain(words)
  }
  const { context } = service
  expect(
    await context.db.selectFrom('devices').select('did').where('did', '=', did).execute(),
  ).toEqual([])
})

test('control: the tour ends where a command fails', async () => {
  const { code } = await run(
    "set -eu\ncurl -sS --fail-with-body 'http://localhost:1/'\necho on",
    {},
  )
  expect(code).not.toBe(0)
})

/** In a directory of its own that looks like the project to npm. */
async function run(script: string, env: Record<string, string>) {
  const dir = await mkdtemp(join(tmpdir(), 'curl-tour-'))
  try {
    for (const name of ['package.json', 'node_modules', 'scripts', 'packages', 'tsconfig.json']) {
      await symlink(join(ROOT, name), join(dir, name))
    }
    const path = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter)
    const child = spawn('bash', ['-c', script], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, PATH: path, HOME: dir },
    })
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
    const [code, said, complained] = await Promise.all([
      ended,
      text(child.stdout),
      text(child.stderr),
    ])
    return { code, said, complained }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
