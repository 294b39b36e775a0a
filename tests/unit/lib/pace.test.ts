import { expect, test } from 'vitest'
import { Pace } from '../../../src/lib/pace.js'

test('so many go on in one turn, the others after them, in order', async () => {
  const pace = new Pace(2)
  const turns: number[] = []
  let turn = 0
  const counting = setImmediate(function count() {
    turn += 1
    next = setImmediate(count)
  })
  let next = counting
  const order: number[] = []
  const go = async (n: number) => {
    await pace.take()
    order.push(n)
    turns.push(turn)
  }
  await Promise.all([0, 1, 2, 3, 4].map(go))
  clearImmediate(next)
  expect(order).toEqual([0, 1, 2, 3, 4])
  expect(turns).toEqual([0, 0, 1, 1, 2])
  // Afterwards nobody waits.
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(pace.take()).toBeUndefined()
})

test('who comes in a turn that others wait for goes behind them', async () => {
  const pace = new Pace(1)
  const order: string[] = []
  const go = async (name: string) => {
    await pace.take()
    order.push(name)
  }
  const early = ['a', 'b', 'c'].map(go)
  await new Promise(setImmediate)
  const late = go('d')
  await Promise.all([...early, late])
  expect(order).toEqual(['a', 'b', 'c', 'd'])
})
