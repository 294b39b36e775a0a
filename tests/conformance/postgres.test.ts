import { beforeAll, describe, expect, test } from 'vitest'
import { CHECKS, type Report } from '../../packages/conformance/src/index.js'
import { startPostgres } from '../support/postgres.js'
import { conform, startTarget, verdictOf } from './stage.js'

const RUN_TIMEOUT_MS = 600_000
const ACCOUNTS = 18
/** Accounts from a file are needed again; `embedded.test.ts` has some that may go. */
const ELSEWHERE = ['account.delete']

describe('on PostgreSQL, for accounts with keys of their own, the service keeps', () => {
  let report: Report
  beforeAll(async () => {
    await using postgres = await startPostgres()
    await using target = await startTarget({ DATABASE_URL: postgres.url })
    report = await conform(target.url, await target.accounts(ACCOUNTS))
  }, RUN_TIMEOUT_MS)

  test.each(CHECKS.map(({ id }) => id).filter((id) => !ELSEWHERE.includes(id)))('%s', (id) => {
    expect(verdictOf(report, id)).toEqual({ status: 'passed' })
  })
})
