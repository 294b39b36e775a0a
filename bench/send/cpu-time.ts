import { readFileSync } from 'node:fs'

/** The unit of the kernel's accounts, on every common Linux. */
const TICK_MS = 10

/** Processor time that a process has taken, all its threads together. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name before it is in parentheses, and may have any in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
