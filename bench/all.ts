/**
 * All benchmarks one after another, since they share the machine. Each says itself whether it met its goals;
 * this ends with 1 if one did not. Takes about half an hour.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BENCHMARKS = [
  'auth',
  'commit',
  'send',
  'store',
  'claim',
  'read',
  'fanout',
  'idle',
  'stream-resume',
  'growth',
  'start',
]
const missed: string[] = []
for (const name of BENCHMARKS) {
  console.log(`\n── ${name}\n`)
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const { status } = spawnSync(process.execPath, [...process.execArgv, script], {
    stdio: 'inherit',
  })
  if (status !== 0) missed.push(name)
}
console.log(missed.length > 0 ? `\ngoals missed by: ${missed.join(', ')}` : '\nall goals met')
if (missed.length > 0) process.exitCode = 1
