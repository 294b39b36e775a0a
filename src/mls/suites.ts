import { setImmediate } from 'node:timers/promises'
import { selfTest } from './self-test.js'
import { SUITE_NAMES, type SuiteName } from './suite.js'

export { isSuiteName, SUITE_NAMES, type SuiteName } from './suite.js'
export { selfTest } from './self-test.js'

let usable: Promise<readonly SuiteName[]> | undefined

/** The suites that passed their self-test in this process, which is made once. */
export function usableSuites(): Promise<readonly SuiteName[]> {
  return (usable ??= testAll())
}

/** One after another: they would not be faster side by side, and others have their turn between. */
async function testAll(): Promise<SuiteName[]> {
  const passed: SuiteName[] = []
  for (const name of SUITE_NAMES) {
    if (await selfTest(name)) passed.push(name)
    await setImmediate()
  }
  return passed
}
