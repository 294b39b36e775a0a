import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireLock, LockedError } from '../../src/lib/lock-file.js'

const COMPILED = new URL('../../dist/lib/lock-file.js', import.meta.url).href
const RIVALS = 6
/** A place that is not this machine's. */
const ELSEWHERE = 'deadbeef'

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catbird-lock-'))
  path = join(directory, 'postgres.lock')
})

afterEach(() => rm(directory, { recursive: true, force: true }))

describe('a lock', () => {
  it('is for one holder, and free again once disposed', async () => {
    const held = await acquireLock(path)
    await expect(acquireLock(path)).rejects.toThrow(LockedError)
    await held[Symbol.asyncDispose]()
    expect(readdirSync(directory)).toEqual([])
    await using again = await acquireLock(path)
    expect(again).toBeDefined()
  })

  it('makes the directory that it is in', async () => {
    await using held = await acquireLock(join(directory, 'new', 'deeper', 'postgres.lock'))
    expect(held).toBeDefined()
    expect(existsSync(join(directory, 'new', 'deeper'))).toBe(true)
  })

  it('does not mind other files beside it', async () => {
    for (const name of ['postgres.lock', 'postgres.lock.old', 'postgres.lockless.a.1.1']) {
      writeFileSync(join(directory, name), '')
    }
    await using held = await acquireLock(path)
    expect(held).toBeDefined()
    expect(readdirSync(directory)).toHaveLength(4)
  })

  it('names the process that has it, in one line', async () => {
    await using rival = await startRival(path)
    expect(rival.outcome).toBe('held')
    await expect(acquireLock(path)).rejects.toThrow(
      new RegExp(`^[^\\n]*postgres\\.lock is in use by process ${rival.pid}$`),
    )
  })
})

describe('processes that start together', () => {
  it.each([1, 2, 3])('get one holder, round %i', async () => {
    const rivals = await Promise.all(Array.from({ length: RIVALS }, () => startRival(path)))
    await using cleanup = new AsyncDisposableStack()
    for (const rival of rivals) cleanup.use(rival)
    const outcomes = rivals.map(({ outcome }) => outcome).sort()
    expect(outcomes).toEqual(['held', ...Array(RIVALS - 1).fill('locked')])
    expect(readdirSync(directory)).toHaveLength(1)
  })

  it('get one holder too where a killed one has left its claim', async () => {
    const dead = await startRival(path)
    await dead.kill()
    expect(readdirSync(directory)).toHaveLength(1)
    const rivals = await Promise.all(Array.from({ length: RIVALS }, () => startRival(path)))
    await using cleanup = new AsyncDisposableStack()
    for (const rival of rivals) cleanup.use(rival)
    expect(rivals.filter(({ outcome }) => outcome === 'held')).toHaveLength(1)
  })
})

describe('a claim', () => {
  it('of a killed process is removed', async () => {
    const rival = await startRival(path)
    await expect(acquireLock(path)).rejects.toThrow(LockedError)
    await rival.kill()
    await using held = await acquireLock(path)
    expect(held).toBeDefined()
    expect(readdirSync(directory)).toHaveLength(1)
  })

  it('of a process whose pid was given out again is removed', async () => {
    const { place, pid, startTime } = await ownClaim(path)
    const parent = startTimeOf(process.ppid)
    // The control: with its true start time the parent is alive, and has it.
    writeFileSync(`${path}.${place}.${process.ppid}.${parent}`, '')
    await expect(acquireLock(path)).rejects.toThrow(`process ${process.ppid}`)
    await rm(`${path}.${place}.${process.ppid}.${parent}`)
    writeFileSync(`${path}.${place}.${process.ppid}.1`, '')
    await using held = await acquireLock(path)
    expect(held).toBeDefined()
    expect(readdirSync(directory)).toEqual([`postgres.lock.${place}.${pid}.${startTime}`])
  })

  it('from another machine counts while its file is touched', async () => {
    const foreign = `${path}.${ELSEWHERE}.1.1`
    writeFileSync(foreign, '')
    await expect(acquireLock(path)).rejects.toThrow(/another machine or in another container/)
    const longAgo = new Date(Date.now() - 120_000)
    utimesSync(foreign, longAgo, longAgo)
    await using held = await acquireLock(path)
    expect(held).toBeDefined()
    expect(existsSync(foreign)).toBe(false)
  })
})

/** A process that tries to take the lock, and keeps it until it is ended. */
async function startRival(lock: string): Promise<Rival> {
  const program = `
    const { acquireLock } = await import(${JSON.stringify(COMPILED)})
    const outcome = await acquireLock(${JSON.stringify(lock)}).then(
      (held) => { globalThis.held = held; return 'held' },
      (error) => error.name === 'LockedError' ? 'locked' : error.stack,
    )
    process.stdout.write(outcome + '\\n')
    if (outcome === 'held') setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const outcome = await firstLine(child)
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return { outcome, pid: child.pid, kill, [Symbol.asyncDispose]: kill }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout!) {
    text += String(chunk)
    if (text.includes('\n')) return text.split('\n')[0]!
  }
  return text
}

async function ownClaim(lock: string) {
  await using held = await acquireLock(lock)
  expect(held).toBeDefined()
  const [name] = readdirSync(directory)
  const [place, pid, startTime] = name!.slice('postgres.lock.'.length).split('.')
  return { place, pid, startTime }
}

function startTimeOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!
}

interface Rival extends AsyncDisposable {
  outcome: string
  pid: number | undefined
  kill(): Promise<void>
}
