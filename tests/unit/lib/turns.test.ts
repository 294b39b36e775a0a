import { expect, test } from 'vitest'
import { Turns } from '../../../src/lib/turns.js'

test('so many run at a time, the others in the order of their arrival; a failure is its own', async () => {
  const turns = new Turns(3)
  const started: number[] = []
  let running = 0
  let most = 0
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) =>
      turns.run(async () => {
        started.push(i)
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 10 - i))
        running -= 1
        if (i % 4 === 0) throw new Error(`${i}`)
        return i
      }),
    ),
  )
  expect(most).toBe(3)
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(
    outcomes.map((_, i) => i % 4 === 0),
  )
  expect(turns.idle).toBe(true)
  expect(await turns.run(async () => 'again')).toBe('again')
})
