import type { Request, RequestHandler, Response } from 'express'
import { expect, test } from 'vitest'
import { inOrder } from '../../../src/server/in-order.js'

const REQUEST = {} as Request
const RESPONSE = {} as Response

test('each is called when the one before it is done', async () => {
  const log: string[] = []
  const step =
    (name: string): RequestHandler =>
    (req, res, next) => {
      expect([req, res]).toEqual([REQUEST, RESPONSE])
      log.push(`${name} begins`)
      setImmediate(() => {
        log.push(`${name} ends`)
        next()
      })
    }
  const ended = await run(inOrder(step('a'), inOrder(step('b'), step('c')), step('d')))
  expect(ended).toBeUndefined()
  expect(log).toEqual(['a', 'b', 'c', 'd'].flatMap((name) => [`${name} begins`, `${name} ends`]))
})

test.each<[string, RequestHandler]>([
  [
    'thrown',
    () => {
      throw new Error('refused')
    },
  ],
  ['handed on', (_req, _res, next) => next(new Error('refused'))],
])('an error that is %s ends the row', async (_how, refuse) => {
  const after: RequestHandler = () => expect.unreachable()
  expect(await run(inOrder(refuse, after))).toEqual(new Error('refused'))
})

test('one that answers by itself ends it, too', () => {
  let answered = 0
  const answer: RequestHandler = () => void (answered += 1)
  const after: RequestHandler = () => expect.unreachable()
  inOrder(answer, after)(REQUEST, RESPONSE, () => expect.unreachable())
  expect(answered).toBe(1)
})

function run(handler: RequestHandler): Promise<unknown> {
  return new Promise((resolve) => void handler(REQUEST, RESPONSE, resolve))
}
