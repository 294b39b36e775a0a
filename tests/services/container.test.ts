import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  contextOf,
  environmentOf,
  execForm,
  parseDockerfile,
  runStage,
  type Stage,
} from '../support/dockerfile.js'
import { openTestDatabase } from '../support/database.js'
import { freePort } from '../support/service-process.js'

/**
 * The Dockerfile without Docker: its steps run as plain commands in directories that stand for the
 * images, and what comes out is started as the image starts it, by its user. Only what changes the
 * system under the service (the stage `system`) is read and not run.
 */
const ROOT = join(import.meta.dirname, '../..')
const BUILD_PATIENCE_MS = 600_000
const START_PATIENCE_MS = 120_000
const UID = 1000

const run = promisify(execFile)
let stages: Map<string, Stage>
let image: string
let roots: Record<string, string>
const cleanUp = new AsyncDisposableStack()

beforeAll(async () => {
  const list = parseDockerfile(await readFile(join(ROOT, 'Dockerfile'), 'utf8'))
  stages = new Map(list.map((stage) => [stage.name, stage]))
  const scratch = await mkdtemp(join(tmpdir(), 'catbird-image-'))
  cleanUp.defer(() => rm(scratch, { recursive: true, force: true }))
  await chmod(scratch, 0o755)
  const context = { directory: ROOT, sends: await contextOf(ROOT) }
  const built = list.filter(({ name }) => name !== 'system')
  roots = Object.fromEntries(built.map(({ name }) => [name, join(scratch, name)]))
  const build = async (stage: Stage) => {
    const root = roots[stage.name]!
    await mkdir(root)
    await runStage(stage, { root, context, roots, env: buildEnvironment() })
  }
  // Side by side, as Docker does; only the last one takes from the others.
  await Promise.all(built.slice(0, -1).map(build))
  await build(built.at(-1)!)
  image = roots[built.at(-1)!.name]!
  // As the system of the image has it.
  await mkdir(join(image, 'data'), { mode: 0o700 })
  if (process.getuid?.() === 0) await run('chown', [`${UID}:${UID}`, join(image, 'data')])
}, BUILD_PATIENCE_MS)
afterAll(() => cleanUp.disposeAsync(), START_PATIENCE_MS)

test('the image has what runs, and nothing that only builds or tests', async () => {
  const app = join(image, 'app')
  expect((await readdir(app)).sort()).toEqual(
    ['LICENSE', 'dist', 'lexicons', 'migrations', 'node_modules', 'package.json'].sort(),
  )
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(app, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>
  const modules = join(app, 'node_modules')
  const there = (names: object) =>
    Object.keys(names).filter((name) => existsSync(join(modules, name)))
  expect(there(dependencies!)).toEqual(Object.keys(dependencies!))
  for (const name of ['typescript', 'vitest', 'eslint', 'tsx', 'node']) {
    expect(devDependencies).toHaveProperty(name)
    expect(existsSync(join(modules, name)), name).toBe(false)
  }
  expect(existsSync(join(app, 'dist/bin/catbird-mls.js.map'))).toBe(true)
})

test('its system has an init, the user and the place for data', () => {
  const { steps, from } = stages.get('system')!
  expect(from).toMatch(/^node:24-\S+-slim$/)
  const commands = steps.filter(({ instruction }) => instruction === 'RUN').map((step) => step.text)
  expect(commands.join('\n')).toMatch(/apt-get install [^&]*\btini\b/)
  expect(commands.join('\n')).toContain('useradd --uid 1000 ')
  expect(commands.join('\n')).toContain('--owner=catbird --group=catbird --mode=0700 /data')
  const last = lastStage()
  expect(last.from).toBe('system')
  expect(last.steps.filter(({ instruction }) => instruction === 'USER').map((s) => s.text)).toEqual(
    ['catbird'],
  )
  expect(execForm(last, 'ENTRYPOINT')).toEqual(['tini', '--'])
})

test(
  'it starts by its command, as its user, in production, and passes the smoke test',
  async () => {
    await using database = await openTestDatabase()
    const [port, metricsPort] = [await freePort(), await freePort()]
    const url = `http://127.0.0.1:${port}`
    await using service = await startImage({
      SERVER_PORT: String(port),
      METRICS_PORT: String(metricsPort),
      HOST: '127.0.0.1',
      SERVICE_DID: 'did:web:mls.example.com',
      DATABASE_URL: database.url!,
      REDIS_URL: process.env.REDIS_URL!,
    })
    await service.until('listens on')
    const env = { PATH: process.env.PATH, METRICS_URL: `http://127.0.0.1:${metricsPort}` }
    const { stdout } = await run(join(ROOT, 'ops/smoke-test.sh'), [url], { env })
    expect(stdout.match(/^ok /gm)?.length).toBe(11)
    expect(stdout).not.toContain('FAIL')
    expect(await (await fetch(`${url}/.well-known/did.json`)).json()).toMatchObject({
      id: 'did:web:mls.example.com',
    })

    // The health check of the image, and what it says once the service is gone.
    const [program, ...args] = execForm(lastStage(), 'HEALTHCHECK')
    const check = () => run(program!, args, { env: { ...env, SERVER_PORT: String(port) } })
    await check()
    expect(await service.stop()).toBe(0)
    await expect(check()).rejects.toMatchObject({ code: 1 })
    await expect(run(join(ROOT, 'ops/smoke-test.sh'), [url], { env })).rejects.toMatchObject({
      code: 1,
    })
  },
  BUILD_PATIENCE_MS,
)

test(
  'its command migrates, and does without a server too',
  async () => {
    const port = String(await freePort())
    const settings = { SERVICE_DID: 'did:web:mls.example.com', SERVER_PORT: port, METRICS_PORT: '' }
    await using migration = await startImage(settings, ['catbird-mls', 'migrate'])
    expect(await migration.ended).toBe(0)
    expect(migration.output()).toMatch(/^ran \d+/m)
    const owner = process.getuid?.() === 0 ? UID : process.getuid?.()
    expect((await stat(join(image, 'data/postgres'))).uid).toBe(owner)
  },
  BUILD_PATIENCE_MS,
)

function lastStage(): Stage {
  return [...stages.values()].at(-1)!
}

/** That of the machine, without what the tests were given; packages that it has are not fetched again. */
function buildEnvironment(): Record<string, string | undefined> {
  const own = /^(?:NODE_ENV|DATABASE_URL|REDIS_URL|INIT_CWD|VITEST.*|npm_(?:package|lifecycle)_.*)$/
  const machine = Object.entries(process.env).filter(([name]) => !own.test(name))
  return { ...Object.fromEntries(machine), npm_config_prefer_offline: 'true' }
}

/** Starts the image's command as its entry point does, by UID 1000 where the test may. */
async function startImage(
  settings: Record<string, string>,
  command = execForm(lastStage(), 'CMD'),
) {
  const bin = join(image, 'usr/local/bin')
  await mkdir(bin, { recursive: true })
  const link = join(bin, 'catbird-mls')
  if (!existsSync(link)) await symlink(join(image, 'app/dist/bin/catbird-mls.js'), link)
  const node = join(bin, 'node')
  // Not all may read where this one is.
  if (!existsSync(node)) await cp(process.execPath, node)
  const [program, ...args] = [...execForm(lastStage(), 'ENTRYPOINT'), ...command]
  const child = spawn(program!, args, {
    cwd: join(image, 'app'),
    env: {
      PATH: `${bin}:${process.env.PATH}`,
      ...inImage(environmentOf(lastStage())),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(process.getuid?.() === 0 && { uid: UID, gid: UID }),
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  return {
    ended,
    output: () => said,
    async until(words: string): Promise<void> {
      const deadline = performance.now() + START_PATIENCE_MS
      while (!said.includes(words)) {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${said}`)
        if (performance.now() > deadline) throw new Error(`it does not start:\n${said}`)
        await sleep(50)
      }
    },
    stop(): Promise<number | null> {
      child.kill('SIGTERM')
      return ended
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

/** Paths of the image are below its directory here. */
function inImage(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.startsWith('/') ? join(image, value) : value,
    ]),
  )
}
