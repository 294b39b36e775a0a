/**
 * `DisposableStack`, `AsyncDisposableStack` and `SuppressedError` of ECMAScript's explicit resource
 * management, which Node has from 24 on; Node 22 has the symbols, and the compiler translates `using`.
 */
export function provideDisposableStacks(target: object = globalThis): void {
  const missing = Object.entries(OWN).filter(([name]) => !(name in target))
  for (const [name, value] of missing) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true })
  }
}

class OwnSuppressedError extends Error {
  override readonly name = 'SuppressedError'
  constructor(
    readonly error: unknown,
    readonly suppressed: unknown,
    message?: string,
  ) {
    super(message)
  }
}

type Disposer = () => unknown

/** What both kinds share: disposers, called last-in first-out, once. */
abstract class Stack {
  #disposers: Disposer[] | undefined = []

  get disposed(): boolean {
    return this.#disposers === undefined
  }

  adopt<T>(value: T, onDispose: (value: T) => unknown): T {
    this.push(() => onDispose(value))
    return value
  }

  defer(onDispose: Disposer): void {
    this.push(() => onDispose())
  }

  protected push(disposer: Disposer): void {
    if (this.#disposers === undefined) throw new ReferenceError('the stack is disposed of already')
    this.#disposers.push(disposer)
  }

  /** What is to be called, last first; the stack has nothing afterwards. */
  protected take(): Disposer[] {
    const taken = this.#disposers ?? []
    this.#disposers = undefined
    return taken.reverse()
  }

  protected moveTo<S extends Stack>(other: S): S {
    if (this.disposed) throw new ReferenceError('the stack is disposed of already')
    for (const disposer of this.take().reverse()) other.push(disposer)
    return other
  }
}

class OwnDisposableStack extends Stack implements DisposableStack {
  readonly [Symbol.toStringTag] = 'DisposableStack'

  use<T extends Disposable | null | undefined>(value: T): T {
    if (value !== null && value !== undefined) this.push(disposerOf(value, [Symbol.dispose]))
    return value
  }

  move(): DisposableStack {
    return this.moveTo(new OwnDisposableStack())
  }

  dispose(): void {
    const failures = new Failures()
    for (const disposer of this.take()) {
      try {
        disposer()
      } catch (error) {
        failures.add(error)
      }
    }
    failures.raise()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

class OwnAsyncDisposableStack extends Stack implements AsyncDisposableStack {
  readonly [Symbol.toStringTag] = 'AsyncDisposableStack'

  use<T extends AsyncDisposable | Disposable | null | undefined>(value: T): T {
    if (value !== null && value !== undefined) {
      this.push(disposerOf(value, [Symbol.asyncDispose, Symbol.dispose]))
    }
    return value
  }

  move(): AsyncDisposableStack {
    return this.moveTo(new OwnAsyncDisposableStack())
  }

  async disposeAsync(): Promise<void> {
    const failures = new Failures()
    for (const disposer of this.take()) {
      try {
        await disposer()
      } catch (error) {
        failures.add(error)
      }
    }
    failures.raise()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disposeAsync()
  }
}

/** The last failure wraps the one before it, and so on. */
class Failures {
  #last: { error: unknown } | undefined

  add(error: unknown): void {
    const last = this.#last
    this.#last = { error: last === undefined ? error : new OwnSuppressedError(error, last.error) }
  }

  raise(): void {
    if (this.#last !== undefined) throw this.#last.error
  }
}

function disposerOf(value: object, symbols: symbol[]): Disposer {
  for (const symbol of symbols) {
    const method: unknown = Reflect.get(value, symbol)
    if (typeof method === 'function') return () => Reflect.apply(method, value, []) as unknown
  }
  throw new TypeError('the value is not disposable')
}

const OWN = {
  SuppressedError: OwnSuppressedError,
  DisposableStack: OwnDisposableStack,
  AsyncDisposableStack: OwnAsyncDisposableStack,
}
