/**
 * All benchmarks one after another, since they share the machine; one that misses a goal or breaks off keeps no
 * other from its turn. Ends with a table of all goals, and with 1 if one was missed. Takes about twenty
 * minutes on two cores; a benchmark that takes longer than `PATIENCE_MS` is ended. `npm run bench -- auth read`
 * runs those two.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Goal, printHeading, printTable, readResults } from './report.js'

const BENCHMARKS = [
  'auth',
  'commit',
  'send',
  'workers',
  'store',
  'claim',
  'read',
  'fanout',
  'idle',
  'stream-resume',
  'growth',
  'start',
]
/** Several times what the longest takes on two cores. */
const PATIENCE_MS = 20 * 60_000

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !BENCHMARKS.includes(name))
if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(', ')}`)
const rows: string[][] = []
for (const name of chosen.length > 0 ? chosen : BENCHMARKS) {
  console.log(`\n── ${name}\n`)
  const goals = run(name)
  const took = goals ?? [{ goal: 'runs to its end', met: false }]
  rows.push(...took.map(({ goal, met }) => [name, goal, met ? 'met' : 'MISSED']))
}
console.log('\n── goals\n')
printHeading()
printTable(['benchmark', 'goal', ''], rows)
const missed = rows.filter(([, , verdict]) => verdict !== 'met').length
console.log(missed > 0 ? `${missed} of ${rows.length} goals missed` : 'all goals met')
if (missed > 0) process.exitCode = 1

/** The goals that it judged; undefined where it broke off before it kept its results. */
function run(name: string): Goal[] | undefined {
  const begunAt = new Date().toISOString()
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const { status } = spawnSync(process.execPath, [...process.execArgv, script], {
    stdio: 'inherit',
    timeout: PATIENCE_MS,
  })
  const results = readResults(name)
  if (!results || results.takenAt < begunAt) return undefined
  const { goals } = results
  const isTold = status === 0 || goals.some(({ met }) => !met)
  return isTold ? goals : undefined
}
