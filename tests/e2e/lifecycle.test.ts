import { execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { copyTemplate } from '../support/embedded-template.js'
import { freePort, type ServiceProcess, startProcess } from '../support/service-process.js'

/** The real process: how it starts, what it prints, how it stops, and what it refuses. */
const ROOT = join(import.meta.dirname, '../..')
const ENTRY = join(ROOT, 'dist/bin/catbird-mls.js')
const ALICE = 'did:web:alice.example.com'
const NO_PLC = 'http://127.0.0.1:1'
const CONVO_ID = 'ab'.repeat(16)
const SEND = 'blue.catbird.mls.sendMessage'
/** More than `SAME_SIGNAL_MS` of src/lib/shutdown.ts. */
const SIGNALS_APART_MS = 800

let directory: string
let service: ServiceProcess

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catbird-lifecycle-'))
  service = await startProcess({ plcUrl: NO_PLC })
})

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

describe('a process that serves', () => {
  it('prints where it listens, who it is, what it stores where, and what that promises', () => {
    const printed = service.log.join('\n')
    expect(printed).toContain(`listens on ${service.url}`)
    expect(printed).toContain(service.serviceDid)
    expect(printed).toContain(join(service.dataDir, 'postgres'))
    expect(printed).toMatch(/does not promise to\s+survive a loss of power/)
    expect(printed).toContain('REDIS_URL')
  })

  it('prints how to get a token, and that works, once', async () => {
    const [, command] = /TOKEN=\$\((.+)\)/.exec(service.log.join('\n'))!
    const program = command!.replace('npx catbird-mls', `'${process.execPath}' '${ENTRY}'`)
    const options = { env: { PATH: process.env.PATH }, cwd: directory }
    const { stdout } = await promisify(execFile)('sh', ['-c', program], options)
    const [, url] = /curl .* (http\S+)/.exec(service.log.join('\n'))!
    const call = () => fetch(url!, { headers: { authorization: `Bearer ${stdout.trim()}` } })
    const first = await call()
    expect([first.status, await first.json()]).toEqual([200, { conversations: [] }])
    const second = await call()
    expect([second.status, await second.json()]).toMatchObject([401, { error: 'ReplayedToken' }])
  })

  it('keeps the secret of those tokens to itself', () => {
    const secret = join(service.dataDir, 'development-jwt-secret')
    expect(statSync(secret).mode & 0o777).toBe(0o600)
  })

  it('has its data to itself: a second process ends with one line', async () => {
    const rival = await run(['serve'], await environment({ DATA_DIR: service.dataDir }))
    expect(rival.code).toBe(1)
    expect(rival.stderr).toMatch(/^[^\n]*postgres\.lock is in use by process \d+\n$/)
    expect(rival.stderr).toContain(String(service.pid))
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200)
  })

  it('has its port to itself: a second process ends with one line', async () => {
    const env = await seeded({ SERVER_PORT: String(service.port) })
    const rival = await run(['serve'], env)
    expect(rival.code).toBe(1)
    expect(rival.stderr).toMatch(
      new RegExp(`^Port ${service.port} on 127\\.0\\.0\\.1 is in use: [^\\n]+\\n$`),
    )
    expect(claimsIn(env.DATA_DIR!)).toEqual([])
  })

  it('and the same for a port of metrics, which the line names', async () => {
    const env = await seeded({ METRICS_PORT: String(service.port) })
    const rival = await run(['serve'], env)
    expect(rival.code).toBe(1)
    expect(rival.stderr).toMatch(/^Port \d+ on 127\.0\.0\.1 is in use: [^\n]+ METRICS_PORT\n$/)
    expect(claimsIn(env.DATA_DIR!)).toEqual([])
  })
})

describe('SIGTERM', () => {
  beforeEach(async () => {
    if (service.pid === undefined) await service.start()
  })

  it('lets a request that has begun finish, keeps idle connections from holding it up, and leaves nothing', async () => {
    const agent = new Agent({ keepAlive: true })
    await answerOf(request(`${service.url}/health/live`, { agent }).end())
    const pending = await beginMessage()
    const stopped = service.stop()
    await refused()
    pending.finish()
    expect(await pending.answer).toMatchObject({ status: 404, error: 'ConvoNotFound' })
    expect(await stopped).toEqual({ code: 0, signal: null })
    expect(claimsIn(service.dataDir)).toEqual([])
    agent.destroy()
  })

  it('turns readiness off before the port closes, so that nobody is sent here any more', async () => {
    const stopped = service.stop()
    const statuses = new Set<number>()
    for (;;) {
      const answer = await fetch(`${service.url}/health/ready`).catch(() => undefined)
      if (!answer) break
      statuses.add(answer.status)
      if (answer.status === 503) {
        expect(await answer.json()).toEqual({ ready: false, checks: { database: true } })
      }
    }
    expect([...statuses].at(-1)).toBe(503)
    expect(await stopped).toEqual({ code: 0, signal: null })
  })

  it('closes streams with 1001', async () => {
    const lxm = 'blue.catbird.mls.subscribeConvoEvents'
    const stream = new WebSocket(`${service.url.replace('http', 'ws')}/xrpc/${lxm}`, {
      headers: { authorization: `Bearer ${await tokenFor(lxm)}` },
    })
    await new Promise((resolve, reject) => stream.once('open', resolve).once('error', reject))
    const closed = new Promise((resolve) => stream.once('close', (code) => resolve(code)))
    expect(await service.stop()).toEqual({ code: 0, signal: null })
    expect(await closed).toBe(1001)
  })

  it('of `npm start`, which npm sends to its shell, reaches the process', async () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const script = manifest.scripts.start.replace('npm run --silent build', 'true')
    expect(script).toMatch(/^true && /)
    const env = await seeded({})
    const ready = `http://127.0.0.1:${env.SERVER_PORT}/health/ready`
    const status = () =>
      fetch(ready).then(
        (answer) => answer.status,
        () => 'refused',
      )
    const shell = spawn('sh', ['-c', script], {
      cwd: ROOT,
      env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...env },
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => shell.once('exit', resolve))
    await expect.poll(status).toBe(200)
    shell.kill('SIGTERM')
    await ended
    expect(await status()).toBe('refused')
  })

  it('again, at once, is the same one: what npm and a terminal pass on twice', async () => {
    const pending = await beginMessage()
    process.kill(service.pid!, 'SIGINT')
    const stopped = service.stop()
    await refused()
    pending.finish()
    expect(await pending.answer).toMatchObject({ status: 404 })
    expect(await stopped).toEqual({ code: 0, signal: null })
  })

  it('again, later, ends the process at once', async () => {
    const pending = await beginMessage()
    process.kill(service.pid!, 'SIGTERM')
    await refused()
    await sleep(SIGNALS_APART_MS)
    // The control: the unfinished request still holds it up.
    expect(service.pid).toBeDefined()
    expect(await service.stop()).toEqual({ code: null, signal: 'SIGTERM' })
    await expect(pending.answer).rejects.toThrow()
    // Its claim on the directory is that of a dead process now.
    expect(claimsIn(service.dataDir)).toHaveLength(1)
    await service.start()
    expect(claimsIn(service.dataDir)).toHaveLength(1)
  })
})

describe('a start', () => {
  it.each([
    ['a wrong port', { SERVER_PORT: 'http' }, /^SERVER_PORT must be a whole number/],
    ['a wrong URL', { PUBLIC_URL: 'example.com' }, /^PUBLIC_URL must be a URL/],
    ['production without a DID', { NODE_ENV: 'production' }, /^SERVICE_DID must be set/],
    [
      'production with development tokens',
      {
        NODE_ENV: 'production',
        SERVICE_DID: 'did:web:mls.example.com',
        JWT_SECRET: 'x'.repeat(32),
      },
      /^JWT_SECRET must not be set/,
    ],
  ])('with %s ends with one line that names it, and touches nothing', async (_name, env, line) => {
    const full = await environment(env)
    const { code, stdout, stderr } = await run(['serve'], full)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(line)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(existsSync(full.DATA_DIR!)).toBe(false)
  })

  it('without its PostgreSQL ends with one line, and no password', async () => {
    const DATABASE_URL = `postgres://mls:hunter2@127.0.0.1:${await freePort()}/mls`
    const { code, stdout, stderr } = await run(['serve'], await environment({ DATABASE_URL }))
    expect(code).toBe(1)
    expect(stderr).toMatch(/^[^\n]*DATABASE_URL[^\n]*\n$/)
    expect(stdout + stderr).not.toContain('hunter2')
  })

  it('in a DATA_DIR that is a file ends with one line', async () => {
    const file = join(directory, 'file')
    writeFileSync(file, '')
    const { code, stderr } = await run(['serve'], await environment({ DATA_DIR: file }))
    expect(code).toBe(1)
    expect(stderr).toMatch(/^DATA_DIR [^\n]*\n$/)
  })

  it('on an address of another machine ends with one line', async () => {
    // 203.0.113.0/24 is for documentation (RFC 5737): nobody has it.
    const { code, stderr } = await run(['serve'], await seeded({ HOST: '203.0.113.9' }))
    expect(code).toBe(1)
    expect(stderr).toBe('HOST 203.0.113.9 is no address of this machine\n')
  })
})

describe('a development token', () => {
  it('has one secret, also for commands that start together', async () => {
    const env = await environment({})
    const args = ['token', '--did', ALICE, '--lxm', SEND]
    const made = await Promise.all(Array.from({ length: 4 }, () => run(args, env)))
    expect(made.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(readdirSync(env.DATA_DIR!)).toEqual(['development-jwt-secret'])
  })

  it.each([
    ['in production', { NODE_ENV: 'production', SERVICE_DID: 'did:web:mls.example.com' }],
    ['on a public address', { HOST: '0.0.0.0' }],
  ])('is not made %s', async (_where, env) => {
    const full = await environment(env)
    const { code, stdout, stderr } = await run(['token', '--did', ALICE, '--lxm', SEND], full)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^Development tokens are off here: [^\n]+\n$/)
    expect(existsSync(full.DATA_DIR!)).toBe(false)
  })

  it.each([
    [['--did', 'did:key:z6Mk', '--lxm', SEND], /--did must be/],
    [['--did', ALICE, '--lxm', SEND, '--ttl', '4000'], /--ttl must be/],
    [['--did', ALICE], /--lxm/],
  ])('is not made of %j', async (args, line) => {
    const { code, stdout, stderr } = await run(['token', ...args], await environment({}))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(line)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

/** A request whose body has only begun to arrive when this resolves. */
async function beginMessage(): Promise<PendingMessage> {
  const ciphertext = { $bytes: Buffer.from('not MLS').toString('base64').replace(/=+$/, '') }
  const fields = { convoId: CONVO_ID, msgId: '01HZX3J9Q2V6K8W4N5M7P0R1ST', epoch: 0, ciphertext }
  const body = JSON.stringify(fields)
  const req = request(`${service.url}/xrpc/${SEND}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      authorization: `Bearer ${await tokenFor(SEND)}`,
      expect: '100-continue',
    },
  })
  const answer = answerOf(req)
  // Seen by the test that awaits it; until then it is no unhandled rejection.
  answer.catch(() => {})
  req.flushHeaders()
  await new Promise((resolve, reject) => req.once('continue', resolve).once('error', reject))
  req.write(body.slice(0, 10))
  return { answer, finish: () => void req.end(body.slice(10)) }
}

function answerOf(req: ReturnType<typeof request>): Promise<{ status?: number }> {
  return new Promise((resolve, reject) => {
    req.once('error', reject)
    req.once('response', (res: IncomingMessage) => {
      let text = ''
      res.on('data', (chunk) => (text += String(chunk)))
      res.on('end', () => {
        resolve({ status: res.statusCode, ...(text.startsWith('{') && JSON.parse(text)) })
      })
    })
  })
}

/** Resolves once the process takes no new connection. */
function refused(): Promise<void> {
  const attempt = () =>
    fetch(`${service.url}/health/live`, { headers: { connection: 'close' } }).then(
      () => 'taken',
      () => 'refused',
    )
  return expect.poll(attempt).toBe('refused')
}

async function tokenFor(lxm: string): Promise<string> {
  const env = { DATA_DIR: service.dataDir, SERVER_PORT: String(service.port) }
  const { stdout } = await run(['token', '--did', ALICE, '--lxm', lxm], env)
  return stdout.trim()
}

async function environment(env: Record<string, string>): Promise<Record<string, string>> {
  const own = join(directory, `data-${Math.random().toString(36).slice(2)}`)
  return { DATA_DIR: own, SERVER_PORT: String(await freePort()), ...env }
}

/** With a database there already, so that the start goes on at once. */
async function seeded(env: Record<string, string>): Promise<Record<string, string>> {
  const full = await environment(env)
  await copyTemplate(full.DATA_DIR!)
  return full
}

/** Files in `dataDir` that claim its database. */
function claimsIn(dataDir: string): string[] {
  return readdirSync(dataDir).filter((name) => name.startsWith('postgres.lock'))
}

function run(args: string[], env: Record<string, string>): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: 150_000 }
    execFile(process.execPath, [ENTRY, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? null) : 0, stdout, stderr })
    })
  })
}

interface Outcome {
  code: string | number | null
  stdout: string
  stderr: string
}

interface PendingMessage {
  answer: Promise<{ status?: number }>
  finish(): void
}
