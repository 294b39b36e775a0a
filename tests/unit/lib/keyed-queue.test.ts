import { expect, test } from 'vitest'
import { KeyedQueue } from '../../../src/lib/keyed-queue.js'

test('runs one key in order, and other keys meanwhile', async () => {
  const queue = new KeyedQueue<string>()
  const log: string[] = []
  const gate = withResolvers()
  const first = queue.run('a', async () => {
    log.push('a1 begins')
    await gate.promise
    log.push('a1 ends')
  })
  const second = queue.run('a', async () => void log.push('a2'))
  await queue.run('b', async () => void log.push('b1'))
  expect(log).toEqual(['a1 begins', 'b1'])
  gate.resolve()
  await Promise.all([first, second])
  expect(log).toEqual(['a1 begins', 'b1', 'a1 ends', 'a2'])
})

test("a failure is its own caller's, and nothing is kept", async () => {
  const queue = new KeyedQueue<string>()
  const failing = queue.run('a', () => Promise.reject(new Error('boom')))
  const next = queue.run('a', async () => 'fine')
  await expect(failing).rejects.toThrow('boom')
  await expect(next).resolves.toBe('fine')
  await new Promise(setImmediate)
  expect(queue.size).toBe(0)
})

function withResolvers() {
  let resolve!: () => void
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}
