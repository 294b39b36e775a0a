import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Names one process among all that ever share a directory. `place` is where a pid means something
 * (this machine, and on it this pid namespace); `startTime` tells a pid that was given out again
 * from the process that had it before.
 */
export interface ProcessIdentity {
  /** 8 hex digits. */
  place: string
  pid: number
  /** Decimal digits, in the platform's unit; `0` where the platform does not tell. */
  startTime: string
}

export function thisProcess(): ProcessIdentity {
  return { place: place(), pid: process.pid, startTime: startTimeOf(process.pid) ?? '0' }
}

/** Whether a process of this place still runs. */
export function isRunning({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime
}

function place(): string {
  return createHash('sha256').update(`${hostname()} ${pidNamespace()}`).digest('hex').slice(0, 8)
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

function startTimeOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return answersSignals(pid) ? '0' : undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command, in parentheses, may itself hold spaces; starttime is the 22nd field (proc(5)).
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : rest[18]
  } catch {
    return undefined
  }
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
