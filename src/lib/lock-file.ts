import { readdirSync, rmSync, statSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeDirectory } from './make-directory.js'
import { isRunning, thisProcess, type ProcessIdentity } from './process-identity.js'

const HEARTBEAT_MS = 5_000
/** A claim from another machine or container shows life only by its file's time. */
const FOREIGN_CLAIM_STALE_MS = 30_000
const YIELD_MS = 1_000
const POLL_MS = 20

/** Someone else uses what the lock guards; the message is one line for the operator. */
export class LockedError extends Error {
  override readonly name = 'LockedError'
}

/**
 * Claims what `path` stands for, for this process, until disposed.
 *
 * Every claimant makes a file of its own, whose name tells who it is
 * (`<path>.<place>.<pid>.<start time>`), and then looks for others. Since creating comes before
 * looking, two claimants cannot both see nobody. Of two that start together the one with the lower
 * name waits for the other to give way. Claims of dead processes are removed; no file is ever
 * taken over, so a take-over cannot race either.
 */
export async function acquireLock(path: string): Promise<AsyncDisposable> {
  makeDirectory(dirname(path))
  const own = thisProcess()
  const file = `${path}.${nameOf(own)}`
  await makeClaim(path, file)
  try {
    await standAlone(path, own)
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  }
  const heartbeat = setInterval(() => void beat(file), HEARTBEAT_MS).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat)
      rmSync(file, { force: true })
    },
  }
}

async function makeClaim(path: string, file: string): Promise<void> {
  try {
    await writeFile(file, '', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw new LockedError(`${path} is in use by this process already`)
  }
}

async function standAlone(path: string, own: ProcessIdentity): Promise<void> {
  let seen = ''
  let deadline = 0
  for (;;) {
    const others = liveClaims(path, own)
    const [first] = others
    if (!first) return
    const names = others.map(nameOf).join()
    if (names !== seen) {
      // Whoever is new is still to see us, and gives way then.
      seen = names
      deadline = performance.now() + YIELD_MS
    }
    const giveWay = others.some((claim) => nameOf(claim) < nameOf(own))
    if (giveWay || performance.now() > deadline) throw new LockedError(inUse(path, first, own))
    await sleep(POLL_MS)
  }
}

function liveClaims(path: string, own: ProcessIdentity): ProcessIdentity[] {
  const directory = dirname(path)
  const live: ProcessIdentity[] = []
  for (const name of readdirSync(directory)) {
    const claim = parseClaim(name, `${basename(path)}.`)
    if (!claim || nameOf(claim) === nameOf(own)) continue
    const file = join(directory, name)
    if (isLive(claim, own, file)) live.push(claim)
    else rmSync(file, { force: true })
  }
  return live
}

function isLive(claim: ProcessIdentity, own: ProcessIdentity, file: string): boolean {
  if (claim.place === own.place) return isRunning(claim)
  const modified = statSync(file, { throwIfNoEntry: false })?.mtimeMs
  return modified !== undefined && Date.now() - modified < FOREIGN_CLAIM_STALE_MS
}

function inUse(path: string, other: ProcessIdentity, own: ProcessIdentity): string {
  if (other.place === own.place) return `${path} is in use by process ${other.pid}`
  const wait = FOREIGN_CLAIM_STALE_MS / 1000
  return `${path} is in use on another machine or in another container (if that was killed, try again in ${wait} s)`
}

async function beat(file: string): Promise<void> {
  const now = new Date()
  // On this machine the pid decides, so a beat that fails does no harm here.
  await utimes(file, now, now).catch(() => undefined)
}

function nameOf({ place, pid, startTime }: ProcessIdentity): string {
  return `${place}.${pid}.${startTime}`
}

function parseClaim(name: string, prefix: string): ProcessIdentity | undefined {
  if (!name.startsWith(prefix)) return undefined
  const match = /^([0-9a-f]{8})\.([0-9]{1,10})\.([0-9]{1,20})$/.exec(name.slice(prefix.length))
  const [, place, pid, startTime] = match ?? []
  return place && pid && startTime ? { place, pid: Number(pid), startTime } : undefined
}
