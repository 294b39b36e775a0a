import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/**
 * A Redis of the test's own, on a port and in a directory of its own, which can be killed, paused
 * and started again, empty or with what it had saved. Needs `redis-server` in the path.
 */
export async function startRedis(): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'catbird-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let process: ChildProcess | undefined

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '']
    process = spawn('redis-server', args, { stdio: 'ignore' })
    await once(process, 'spawn')
    const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
    client.on('error', () => {})
    await client.ping()
    client.disconnect()
  }

  async function kill(): Promise<void> {
    if (!process) return
    const exited = once(process, 'exit')
    process.kill('SIGKILL')
    await exited
    process = undefined
  }

  async function command<T>(run: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(url)
    try {
      return await run(client)
    } finally {
      client.disconnect()
    }
  }

  async function close(): Promise<void> {
    await kill()
    await rm(directory, { recursive: true, force: true })
  }

  await start()
  return {
    url,
    start,
    kill,
    command,
    pause: () => void process?.kill('SIGSTOP'),
    resume: () => void process?.kill('SIGCONT'),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export interface TestRedis extends AsyncDisposable {
  url: string
  /** After `kill`: empty, unless something saved before. */
  start(): Promise<void>
  kill(): Promise<void>
  /** Stops it without closing its connections. */
  pause(): void
  resume(): void
  command<T>(run: (client: Redis) => Promise<T>): Promise<T>
  close(): Promise<void>
}
