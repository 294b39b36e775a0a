/**
 * Reads what vitest's JSON reporter wrote for `.ci/run`, which keeps `SUITE.1.json`, of a suite's first run,
 * `SUITE.2.json` of the second run of its failed files, and an empty `SUITE.N.failed` where run N ended with an error.
 *
 *     test-results failed-files FILE      names the files that failed, one in a line
 *     test-results sum DIRECTORY SUITE…   prints the line that tells how it went, exits with 1 unless all is well
 */
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const [command, path = '', ...suites] = process.argv.slice(2)
if (command === 'failed-files') for (const file of failedFiles(read(path))) console.log(file)
if (command === 'sum') sum(path)

/** Of a file that ran again the second run counts. */
function sum(directory: string): void {
  const counts = suites.map((suite) => suiteCounts(`${directory}/${suite}`))
  const passed = counts.reduce((total, suite) => total + suite.passed, 0)
  const failed = counts.reduce((total, suite) => total + suite.failed, 0)
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

function suiteCounts(record: string): { passed: number; failed: number } {
  const first = read(`${record}.1.json`)
  const again = failedFiles(first)
  const second = again.length > 0 ? read(`${record}.2.json`) : undefined
  const files = [
    ...first.filter((file) => !again.includes(name(file))),
    ...(second ?? []).filter((file) => again.includes(name(file))),
  ]
  const bad = files.filter((file) => file.status !== 'passed')
  for (const file of again.filter((file) => !bad.map(name).includes(file))) {
    if (files.map(name).includes(file)) console.log(`passed only when run again: ${file}`)
  }
  const passed = files.reduce((total, file) => total + count(file, 'passed'), 0)
  const failed = bad.reduce((total, file) => total + Math.max(1, count(file, 'failed')), 0)
  // No test run, a file without a second run, an error outside of all tests, a process that died.
  const incomplete = files.length === 0 || files.length < first.length
  const ended = existsSync(`${record}.${second ? 2 : 1}.failed`)
  return { passed, failed: failed > 0 ? failed : Number(incomplete || ended) }
}

/** Also one that could not be loaded, and so has no failed test. */
function failedFiles(run: TestFile[]): string[] {
  return run.filter((file) => file.status !== 'passed').map(name)
}

function name(file: TestFile): string {
  return relative(process.cwd(), file.name)
}

function count(file: TestFile, status: string): number {
  return file.assertionResults.filter((test) => test.status === status).length
}

function read(path: string): TestFile[] {
  if (!existsSync(path)) return []
  return (JSON.parse(readFileSync(path, 'utf8')) as { testResults: TestFile[] }).testResults
}

interface TestFile {
  name: string
  status: string
  assertionResults: { status: string }[]
}
