import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SdkClient } from '../support/sdk.js'
import { SdkStage } from '../support/sdk.js'
import { startService } from '../support/service.js'
import type { TestService } from '../support/service.js'

const MAIN = resolve(import.meta.dirname, '../../packages/client/src/node/chat/main.ts')
const SECRET = 'a secret of the terminal that is long enough to be one'

let service: TestService
let stage: SdkStage
let alice: SdkClient
let dir: string
let env: Record<string, string>
beforeAll(async () => {
  service = await startService({ env: { JWT_SECRET: SECRET } })
  stage = new SdkStage(service)
  dir = await mkdtemp(join(tmpdir(), 'chat-command-'))
  await build({
    entryPoints: [MAIN],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(dir, 'chat.mjs'),
  })
  const [first] = await stage.online(1)
  alice = first!
  env = {
    MLS_SERVICE: service.url,
    MLS_DID: (await service.createAccount()).did,
    JWT_SECRET: SECRET,
    MLS_STORE: join(dir, 'store.db'),
    MLS_STORE_KEY: '22'.repeat(32),
  }
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

test('a conversation from the terminal, with a file, is one with everybody else', async () => {
  const [made] = await chat('direct', alice.did)
  const id = String(made!.id)
  await chat('send', id.slice(0, 8), 'from', 'the terminal')
  const atAlice = await alice.joined(id)
  await alice.read(id, 'from the terminal')
  await atAlice.send('read me')
  const entries = await chat('history', id)
  expect(entries.at(-1)).toMatchObject({
    kind: 'message',
    own: false,
    payload: { text: 'read me' },
  })

  const file = join(dir, 'notes.txt')
  await writeFile(file, 'owls at eight')
  await chat('attach', id, file, 'as agreed')
  await alice.read(id, 'as agreed')
  const [sent] = (await atAlice.history()).slice(-1)
  const saved = join(dir, 'saved.txt')
  expect(await chat('save', id, String(sent!.seq), saved)).toMatchObject([{ size: 13 }])
  expect(await readFile(saved, 'utf8')).toBe('owls at eight')
})

test('what others write does not steer the terminal', async () => {
  const convo = await alice.mls.direct(env.MLS_DID!)
  await convo.send('red \u001b[31m alert \u202e')
  const { stdout } = await run(['history', convo.id])
  expect(stdout).toContain('red')
  for (const steering of ['\u001b', '\u202e']) expect(stdout).not.toContain(steering)
})

test('without a secret it takes the one that the service made, or says where it looked', async () => {
  const without = { JWT_SECRET: '', DATA_DIR: dir }
  await expect(run(['list'], without)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(join(dir, 'development-jwt-secret')),
  })
  await writeFile(join(dir, 'development-jwt-secret'), `${SECRET}\n`)
  expect((await run(['list'], without)).stdout).not.toBe('')
})

test('what is missing or wrong is one line and an exit code', async () => {
  await expect(run(['list'], { MLS_STORE_KEY: 'short' })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('MLS_STORE_KEY'),
  })
  await expect(run(['send', 'ffff', 'x'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^0 conversations are ffff…$/m),
  })
})

/** The objects that a command prints with `--json`. */
async function chat(...args: string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await run([...args, '--json'])
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

function run(args: string[], more: Record<string, string> = {}) {
  return promisify(execFile)(process.execPath, [join(dir, 'chat.mjs'), ...args], {
    env: { ...env, ...more },
  })
}
