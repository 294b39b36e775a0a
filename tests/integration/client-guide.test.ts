import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { SdkStage } from '../support/sdk.js'
import { startService } from '../support/service.js'

const ROOT = resolve(import.meta.dirname, '../..')
const CLIENT = join(ROOT, 'packages/client/src')
const ENTRIES: Record<string, string> = {
  '@catbird/mls-client': join(CLIENT, 'index.ts'),
  '@catbird/mls-client/indexed-db': join(CLIENT, 'store/indexed-db.ts'),
  '@catbird/mls-client/node': join(CLIENT, 'node/index.ts'),
}
const SECRET = 'a secret of the guide that is long enough to be one'

test('every sample of the guide compiles', async () => {
  const samples = await readSamples()
  expect(samples.length).toBeGreaterThan(4)
  expect(problemsIn(samples.map(({ code }) => code))).toEqual([])
})

test('control: a sample that is wrong does not compile', () => {
  const wrong = "import { MlsClient } from '@catbird/mls-client'\nMlsClient.open({ service: 5 })\n"
  expect(problemsIn([wrong])).not.toEqual([])
})

test('the bot of the guide answers', async () => {
  await using service = await startService({ env: { JWT_SECRET: SECRET } })
  await using stage = new SdkStage(service)
  const dir = await mkdtemp(join(tmpdir(), 'client-guide-'))
  const bot = await service.createAccount()
  const [sample] = (await readSamples()).filter(({ runs }) => runs)
  const child = spawn(process.execPath, [await compile(sample!.code, dir)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      MLS_SERVICE: service.url,
      MLS_DID: bot.did,
      JWT_SECRET: SECRET,
      STORE_KEY: '11'.repeat(32),
      STORE_FILE: join(dir, 'store.db'),
    },
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const ended = once(child, 'exit')
  try {
    const [person] = await stage.online(1)
    const convo = await reach(() => person!.mls.direct(bot.did))
    await convo.send('hello')
    await person!.read(convo.id, 'hello', 'you said: hello')
  } catch (cause) {
    throw new Error(`the bot said: ${complaint}`, { cause })
  } finally {
    child.kill()
    await ended
    await rm(dir, { recursive: true })
  }
})

/** The bot needs a moment until it has published key packages. */
async function reach<T>(call: () => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + 30_000; ;) {
    try {
      return await call()
    } catch (error) {
      const early = (error as { code?: string }).code === 'unreachableAccounts'
      if (!early || performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

async function readSamples(): Promise<{ code: string; runs: boolean }[]> {
  const guide = await readFile(join(ROOT, 'docs/client-guide.md'), 'utf8')
  return [...guide.matchAll(/^```ts( run)?\n(.*?)^```$/gms)].map(([, runs, code = '']) => ({
    code,
    runs: runs !== undefined,
  }))
}

function problemsIn(samples: string[]): string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT)
  const files = new Map(samples.map((code, at) => [join(ROOT, `docs/sample-${at}.ts`), code]))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile: readSource } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path) ?? readSource(path)
  host.getSourceFile = (path, version, ...rest) => {
    const code = files.get(path)
    return code === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, code, version)
  }
  const paths = Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, [file]]))
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true, paths }, host)
  return [...files.keys()].flatMap((path) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  )
}

async function compile(code: string, dir: string): Promise<string> {
  const outfile = join(dir, 'sample.mjs')
  await build({
    stdin: { contents: code, loader: 'ts', resolveDir: ROOT },
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: ENTRIES,
    outfile,
  })
  return outfile
}
