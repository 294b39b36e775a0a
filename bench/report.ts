import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const RESULTS = fileURLToPath(new URL('./results/', import.meta.url))
/** Those of this benchmark, in the order in which they were judged. */
const goals: Goal[] = []

/** What a figure was taken on, and of what. */
export function circumstances(): Circumstances {
  return {
    machine: `${cpus().length} × ${cpus()[0]?.model}`,
    node: process.version,
    commit: commit(),
    takenAt: new Date().toISOString(),
  }
}

/** The head of every benchmark's output. */
export function printHeading(facts: Record<string, string> = {}): void {
  const { machine, node, commit } = circumstances()
  for (const [name, value] of Object.entries({
    machine: `${machine}, Node ${node}`,
    commit,
    ...facts,
  })) {
    console.log(`${name.padEnd(12)} ${value}`)
  }
  console.log()
}

/** Rows under their headings, columns as wide as they need to be. */
export function printTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  for (const row of [headings, ...rows]) {
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
  }
  console.log()
}

/** Keeps what was measured, and the goals judged so far, as `bench/results/<name>.json`. */
export function keepResults(name: string, results: object): void {
  mkdirSync(RESULTS, { recursive: true })
  const kept: Kept = { benchmark: name, ...circumstances(), goals, ...results }
  writeFileSync(pathOf(name), `${JSON.stringify(kept, undefined, 2)}\n`)
}

/** What was kept last; undefined where nothing ever was. */
export function readResults(name: string): Kept | undefined {
  if (!existsSync(pathOf(name))) return undefined
  return JSON.parse(readFileSync(pathOf(name), 'utf8')) as Kept
}

/** Says whether a goal was met, and keeps it with the results; one that was not makes the process end with 1. */
export function verdict(met: boolean, goal: string): string {
  goals.push({ goal, met })
  if (!met) process.exitCode = 1
  return met ? 'met' : 'MISSED'
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}

/** The value at the rank, none made up between two. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return (
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? NaN
  )
}

export function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`
}

function pathOf(name: string): string {
  return `${RESULTS}${name}.json`
}

/** With `-dirty` where something else than results has changed since: each benchmark of a run writes some. */
function commit(): string {
  try {
    const head = git('rev-parse', '--short', 'HEAD')
    const changes = git('status', '--porcelain', '--', ':/', ':(top,exclude)bench/results')
    return changes === '' ? head : `${head}-dirty`
  } catch {
    return 'unknown'
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}

interface Circumstances {
  machine: string
  node: string
  commit: string
  /** RFC 3339. */
  takenAt: string
}

export interface Goal {
  /** With its figure: `hot ≥ 0.9 of spread`. */
  goal: string
  met: boolean
}

interface Kept extends Circumstances {
  benchmark: string
  goals: Goal[]
}
