import { afterEach, expect, test, vi } from 'vitest'
import { selfTest, SUITE_NAMES, usableSuites } from '../../../src/mls/suites.js'

afterEach(() => {
  vi.doUnmock('@hpke/ml-kem')
  vi.resetModules()
})

test('every suite of ts-mls passes its self-test', async () => {
  expect(await usableSuites()).toEqual(SUITE_NAMES)
})

test('only what was asked for is offered', async () => {
  const [first, , third] = SUITE_NAMES
  expect(await usableSuites([third!, first!])).toEqual([third, first])
})

test('a suite whose signatures cannot be verified does not pass', async () => {
  vi.resetModules()
  vi.doMock('../../../src/mls/signature.js', async (original) => ({
    ...(await original<object>()),
    verifyWithLabel: () => false,
  }))
  const { selfTest: crippled } = await import('../../../src/mls/self-test.js')
  expect(await crippled(SUITE_NAMES[0]!)).toBe(false)
  vi.doUnmock('../../../src/mls/signature.js')
  expect(await selfTest(SUITE_NAMES[0]!)).toBe(true)
})
