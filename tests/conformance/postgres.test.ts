import { beforeAll, expect, test } from 'vitest'
import { CHECKS, type Report } from '../../packages/conformance/src/index.js'
import { startPostgres } from '../support/postgres.js'
import { conform, startDevelopmentService, verdictOf } from './stage.js'

const RUN_TIMEOUT_MS = 300_000

let report: Report
beforeAll(async () => {
  await using postgres = await startPostgres()
  await using running = await startDevelopmentService({ DATABASE_URL: postgres.url })
  report = await conform(running.service.url, running.secret)
  console.log(`${report.passed} of ${CHECKS.length}: ${report.calls} calls, ${report.seconds} s`)
}, RUN_TIMEOUT_MS)

test.each(CHECKS.map(({ id }) => id))('%s holds on PostgreSQL', (id) => {
  expect(verdictOf(report, id)).toEqual({ status: 'passed' })
})
