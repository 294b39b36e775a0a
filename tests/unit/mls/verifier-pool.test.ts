import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest'
import { VerifierBusyError, VerifierPool } from '../../../src/mls/verifier-pool.js'
import { buildGroup } from './built-group.js'

const OVER_BUDGET = { ok: false, refusal: { error: 'TooLarge', rule: 'verificationBudget' } }
const ONE = { threads: 1, maxWaiting: 2, maxWaitMs: 120_000 }
const JOB = { kind: 'untrusted', groupInfo: buildGroup(3, 'chained').groupInfo } as const

let orders: MockInstance<Worker['postMessage']>
let terminations: MockInstance<Worker['terminate']>
beforeEach(() => {
  orders = vi.spyOn(Worker.prototype, 'postMessage')
  terminations = vi.spyOn(Worker.prototype, 'terminate')
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('a thread lives on after a job over its budget, and ends by itself', async () => {
  {
    await using pool = new VerifierPool({ ...ONE, budgetMs: 0 })
    expect(await pool.run(JOB)).toMatchObject(OVER_BUDGET)
    expect(await pool.run(JOB)).toMatchObject(OVER_BUDGET)
    const [first, second] = workers()
    expect(second).toBe(first)
    // The same thread, and the time counts for each job anew.
    const answered = new Promise((resolve) => first.once('message', resolve))
    first.postMessage({ job: JOB, budgetMs: 60_000 })
    expect(await answered).toEqual({ ok: true })
  }
  expect(terminations).not.toHaveBeenCalled()
})

test('what a thread has is finished when the pool is closed; what waits is refused', async () => {
  const pool = new VerifierPool({ ...ONE, budgetMs: 60_000 })
  await pool.run(JOB)
  const running = pool.run(JOB)
  const refused = expect(pool.run(JOB)).rejects.toThrow(VerifierBusyError)
  const closed = pool[Symbol.asyncDispose]()
  await refused
  expect(await running).toEqual({ ok: true })
  await closed
  await expect(pool.run(JOB)).rejects.toThrow(VerifierBusyError)
  expect(terminations).not.toHaveBeenCalled()
})

test('a thread that has not started yet can be closed', async () => {
  const pool = new VerifierPool({ ...ONE, budgetMs: 60_000 })
  const refused = expect(pool.run(JOB)).rejects.toThrow(VerifierBusyError)
  await pool[Symbol.asyncDispose]()
  await refused
  expect(terminations).not.toHaveBeenCalled()
})

test('a job that never looks at the time is ended with its thread, and nobody waits longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const worker = { url: new URL('./never-looks.mjs', import.meta.url) }
  await using pool = new VerifierPool({ ...ONE, maxWaitMs: 5_000, budgetMs: 50, worker })
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const groupInfo = new Uint8Array(flag.buffer)
  flag[0] = 1
  const ends: string[] = []
  const stuck = pool.run({ kind: 'untrusted', groupInfo }).finally(() => ends.push('stuck'))
  const waiting = pool.run(JOB).finally(() => ends.push('waiting'))
  const refused = expect(waiting).rejects.toThrow(VerifierBusyError)
  await expect(pool.run(JOB)).rejects.toThrow(VerifierBusyError)
  while (Atomics.load(flag, 0) === 1) await setImmediate()

  await vi.advanceTimersByTimeAsync(4_999)
  expect(ends).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(ends).toEqual(['waiting'])
  await refused
  await vi.advanceTimersByTimeAsync(4_999)
  expect(ends).toEqual(['waiting'])
  expect(terminations).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await stuck).toMatchObject(OVER_BUDGET)
  expect(terminations).toHaveBeenCalledOnce()

  flag[0] = 0
  expect(await pool.run({ kind: 'untrusted', groupInfo })).toEqual({ ok: true })
  expect(workers().at(-1)).not.toBe(workers()[0])
})

/** Of each order that was given. */
function workers(): [Worker, ...Worker[]] {
  return orders.mock.contexts as unknown as [Worker, ...Worker[]]
}
