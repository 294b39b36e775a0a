import { describe, expect, test } from 'vitest'
import { provideDisposableStacks } from '../../../src/lib/disposable-stacks.js'

interface Stacks {
  DisposableStack: typeof DisposableStack
  AsyncDisposableStack: typeof AsyncDisposableStack
}

const own = {} as Stacks
provideDisposableStacks(own)
const native: Stacks = { DisposableStack, AsyncDisposableStack }

/** Ours, for a Node that has none, do what those of this Node do. */
describe.each(Object.entries({ own, native }))('%s', (_which, stacks) => {
  test('disposes last-in first-out, once', () => {
    const calls: string[] = []
    const stack = new stacks.DisposableStack()
    const used = { [Symbol.dispose]: () => void calls.push('used') }
    expect(stack.use(used)).toBe(used)
    expect(stack.use(undefined)).toBeUndefined()
    expect(stack.adopt('value', (value) => void calls.push(value))).toBe('value')
    stack.defer(() => void calls.push('deferred'))
    expect(stack.disposed).toBe(false)
    stack.dispose()
    stack[Symbol.dispose]()
    expect([calls, stack.disposed]).toEqual([['deferred', 'value', 'used'], true])
    expect(() => stack.defer(() => {})).toThrow(ReferenceError)
    expect(() => stack.move()).toThrow(ReferenceError)
    expect(() => new stacks.DisposableStack().use({} as Disposable)).toThrow(TypeError)
  })

  test('disposes one after another, of both kinds', async () => {
    const calls: string[] = []
    const stack = new stacks.AsyncDisposableStack()
    const slow = (name: string) => async () => {
      calls.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 1))
      calls.push(`${name} ends`)
    }
    stack.use({ [Symbol.asyncDispose]: slow('first') })
    stack.use({ [Symbol.dispose]: () => void calls.push('plain') })
    stack.defer(slow('last'))
    await stack.disposeAsync()
    await stack[Symbol.asyncDispose]()
    expect(calls).toEqual(['last begins', 'last ends', 'plain', 'first begins', 'first ends'])
    expect(stack.disposed).toBe(true)
  })

  test('what was moved is disposed of by whom it was moved to, in the same order', async () => {
    const calls: number[] = []
    const stack = new stacks.AsyncDisposableStack()
    for (const n of [1, 2, 3]) stack.defer(() => void calls.push(n))
    const moved = stack.move()
    await stack.disposeAsync()
    expect([calls, stack.disposed, moved.disposed]).toEqual([[], true, false])
    await moved.disposeAsync()
    expect(calls).toEqual([3, 2, 1])
  })

  test('a failure keeps nobody from being disposed of, and none is lost', async () => {
    const calls: string[] = []
    const fail = (message: string) => () => {
      calls.push(message)
      throw new Error(message)
    }
    const stack = new stacks.AsyncDisposableStack()
    for (const message of ['one', 'two', 'three']) stack.defer(async () => fail(message)())
    const failure: unknown = await stack.disposeAsync().catch((error: unknown) => error)
    expect(calls).toEqual(['three', 'two', 'one'])
    expect(failure).toMatchObject({
      name: 'SuppressedError',
      error: { message: 'one' },
      suppressed: {
        name: 'SuppressedError',
        error: { message: 'two' },
        suppressed: { message: 'three' },
      },
    })
    const plain = new stacks.DisposableStack()
    plain.defer(fail('alone'))
    expect(() => plain.dispose()).toThrow('alone')
  })
})

test('what is there already stays', () => {
  const target = { DisposableStack: 'mine' }
  provideDisposableStacks(target)
  expect(target.DisposableStack).toBe('mine')
})
