import { setImmediate } from 'node:timers/promises'
import { selfTest } from './self-test.js'
import { SUITE_NAMES, type SuiteName } from './suite.js'

export { isSuiteName, SUITE_NAMES, type SuiteName } from './suite.js'
export { selfTest } from './self-test.js'

const tested = new Map<SuiteName, Promise<boolean>>()

/**
 * Those of the `wanted` suites that pass their self-test, which each has once in a process. One after
 * another: they would not be faster side by side, and others have their turn between.
 */
export async function usableSuites(
  wanted: readonly SuiteName[] = SUITE_NAMES,
): Promise<readonly SuiteName[]> {
  const passed: SuiteName[] = []
  for (const name of wanted) {
    if (await testOnce(name)) passed.push(name)
    await setImmediate()
  }
  return passed
}

function testOnce(name: SuiteName): Promise<boolean> {
  const test = tested.get(name) ?? selfTest(name)
  tested.set(name, test)
  return test
}
