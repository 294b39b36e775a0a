import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CHECKS,
  FAULTS,
  type Report,
  startBrokenProxy,
} from '../../packages/conformance/src/index.js'
import { conform, startDevelopmentService, verdictOf } from './stage.js'

const RUN_TIMEOUT_MS = 300_000

let running: Awaited<ReturnType<typeof startDevelopmentService>>
beforeAll(async () => {
  running = await startDevelopmentService()
}, RUN_TIMEOUT_MS)
afterAll(() => running?.[Symbol.asyncDispose]())

describe('the service on the embedded database, with development tokens', () => {
  let report: Report
  beforeAll(async () => {
    report = await conform(running.service.url, running.secret)
    console.log(`${report.passed} of ${CHECKS.length}: ${report.calls} calls, ${report.seconds} s`)
  }, RUN_TIMEOUT_MS)

  test.each(CHECKS.map(({ id }) => id))('%s', (id) => {
    expect(verdictOf(report, id)).toEqual({ status: 'passed' })
  })
})

describe('a service that is broken by', () => {
  test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    '%s is caught by name',
    async (_name, fault) => {
      await using proxy = await startBrokenProxy(running.service.url, fault)
      const { checks } = await conform(proxy.url, running.secret, fault.caughtBy)
      const outcomes = checks.map(({ id, status }) => `${id} ${status}`)
      expect(outcomes.toSorted()).toEqual(fault.caughtBy.map((id) => `${id} failed`).toSorted())
    },
    RUN_TIMEOUT_MS,
  )

  test(
    'nothing but a proxy passes all of them: the control',
    async () => {
      await using proxy = await startBrokenProxy(running.service.url)
      const named = [...new Set(FAULTS.flatMap(({ caughtBy }) => caughtBy))]
      const { checks } = await conform(proxy.url, running.secret, named)
      expect(checks.filter(({ status }) => status !== 'passed')).toEqual([])
      expect(checks).toHaveLength(named.length)
    },
    RUN_TIMEOUT_MS,
  )
})
