import { readdirSync, readFileSync } from 'node:fs'

/** The unit of the kernel's accounts, on every common Linux. */
const TICK_MS = 10

/** Processor time that a process has taken, all its threads together. */
export function cpuMs(pid: number): number {
  const { own } = account(pid)
  return own
}

/** What its children have taken, those that have ended included. */
export function childrenCpuMs(pid: number): number {
  let sum = account(pid).ended
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const { parent, own } = account(Number(name))
      if (parent === pid) sum += own
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum
}

function account(pid: number): { parent: number; own: number; ended: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name before it is in parentheses, and may have any in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = (...at: number[]) => at.reduce((sum, i) => sum + Number(fields[i]), 0) * TICK_MS
  return { parent: Number(fields[1]), own: ticks(11, 12), ended: ticks(13, 14) }
}
