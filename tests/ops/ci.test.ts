import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

let directory: string
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'results-'))))
afterEach(() => rm(directory, { recursive: true }))

it('sums what passed', async () => {
  await record('test.1', { 'a.test.ts': 'pp', 'b.test.ts': 'p' })
  await record('other.1', { 'c.test.ts': 'p' })
  expect(await sum('test', 'other')).toEqual([0, '4 passed, 0 failed'])
})

it('fails with what failed in both runs', async () => {
  await record('test.1', { 'a.test.ts': 'pf', 'b.test.ts': 'p' }, true)
  await record('test.2', { 'a.test.ts': 'pf' }, true)
  expect(await sum('test')).toEqual([1, '2 passed, 1 failed'])
})

it('counts the second run of a file, and names it', async () => {
  await record('test.1', { 'a.test.ts': 'pf', 'b.test.ts': 'p' }, true)
  await record('test.2', { 'a.test.ts': 'pp' })
  expect(await sum('test')).toEqual([
    0,
    'passed only when run again: a.test.ts\n\n3 passed, 0 failed',
  ])
})

it('fails where the second run never came to a test', async () => {
  await record('test.1', { 'a.test.ts': 'f', 'b.test.ts': 'p' }, true)
  await record('test.2', {}, true)
  expect((await sum('test'))[0]).toBe(1)
})

it('fails where a file could not be loaded', async () => {
  await record('test.1', { 'a.test.ts': '', 'b.test.ts': 'p' }, true)
  expect(await failedFiles('test.1')).toBe('a.test.ts')
  expect(await sum('test')).toEqual([1, '1 passed, 1 failed'])
})

it('fails with an error outside of all tests', async () => {
  await record('test.1', { 'a.test.ts': 'p' }, true)
  expect(await failedFiles('test.1')).toBe('')
  expect(await sum('test')).toEqual([1, '1 passed, 1 failed'])
})

it('fails where a suite has no results', async () => {
  await record('test.1', { 'a.test.ts': 'p' })
  expect(await sum('test', 'other')).toEqual([1, '1 passed, 1 failed'])
})

/** A run as vitest writes it; a letter is a test: p passed, f failed. */
async function record(run: string, files: Record<string, string>, ended1 = false): Promise<void> {
  const testResults = Object.entries(files).map(([file, tests]) => ({
    name: resolve(file),
    status: /^p+$/.test(tests) ? 'passed' : 'failed',
    assertionResults: [...tests].map((test) => ({ status: test === 'p' ? 'passed' : 'failed' })),
  }))
  await writeFile(join(directory, `${run}.json`), JSON.stringify({ testResults }))
  if (ended1) await writeFile(join(directory, `${run}.failed`), '')
}

async function sum(...suites: string[]): Promise<[code: number, printed: string]> {
  return results('sum', directory, ...suites)
}

async function failedFiles(run: string): Promise<string> {
  return (await results('failed-files', join(directory, `${run}.json`)))[1]
}

async function results(...args: string[]): Promise<[code: number, printed: string]> {
  return promisify(execFile)('tsx', ['scripts/test-results.ts', ...args]).then(
    ({ stdout }) => [0, stdout.trim()],
    (error: { code: number; stdout: string }) => [error.code, error.stdout.trim()],
  )
}
