import { LookupError } from './lookup-error.js'

/** The same call, at most `max` at a time, and no more sockets than that; above it a `LookupError`. */
export function bounded<A extends unknown[], R>(
  call: (...args: A) => Promise<R>,
  max: number,
): (...args: A) => Promise<R> {
  let underWay = 0
  return async (...args) => {
    if (underWay >= max) {
      throw new LookupError('too many others are being looked up; try again', { untried: true })
    }
    underWay += 1
    try {
      return await call(...args)
    } finally {
      underWay -= 1
    }
  }
}
