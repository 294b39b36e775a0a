import type { Db } from '../../src/db/types.js'

/** The process ended here, as far as the code under test can tell. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** The database of a process that ends before its transaction number `at`, counted from 1. */
export function crashingAt(db: Db, at: number): Db {
  let begun = 0
  return new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name !== 'transaction') return value.bind(target) as unknown
      return () => {
        begun += 1
        if (begun >= at) throw new Crash('the process ended')
        return target.transaction()
      }
    },
  })
}
