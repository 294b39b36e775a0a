import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserStage, JWT_SECRET, openStage } from '../support/browser-stage.js'

const MAIN = resolve(import.meta.dirname, '../../packages/client/src/node/chat/main.ts')
const MLS_DID = 'did:web:grace.test'

let stage: BrowserStage
let dir: string
beforeAll(async () => {
  stage = await openStage()
  dir = await mkdtemp(join(tmpdir(), 'chat-terminal-'))
  await build({
    entryPoints: [MAIN],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(dir, 'chat.mjs'),
  })
}, 180_000)
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  if (dir) await rm(dir, { recursive: true })
})

test('the terminal and the browser read each other', async () => {
  expect(await chat('list')).toEqual([])
  const alice = await stage.signIn('Alice')
  await alice.begin(['grace'])
  await alice.send('from the browser')
  await alice.messages.getByText('Sent', { exact: true }).waitFor()

  const [convo] = await chat('list')
  const id = String(convo!.id)
  expect((await chat('history', id)).at(-1)).toMatchObject({
    kind: 'message',
    own: false,
    payload: { text: 'from the browser' },
  })
  await chat('send', id, 'from', 'the', 'terminal')
  await alice.reads('from the browser', 'from the terminal')
  expect(stage.faults()).toEqual([])
})

/** The objects that a command prints with `--json`. */
async function chat(...args: string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(dir, 'chat.mjs'), ...args, '--json'],
    {
      env: {
        MLS_SERVICE: stage.service.url,
        MLS_DID,
        JWT_SECRET,
        MLS_STORE: join(dir, 'store.db'),
        MLS_STORE_KEY: '22'.repeat(32),
      },
    },
  )
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
