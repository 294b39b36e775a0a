import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.js'
import { openPostgres } from '../../src/db/postgres.js'
import type { Database } from '../../src/db/types.js'
import { inBatches } from '../../src/jobs/in-batches.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'

let postgres: TestPostgres
let database: Database
beforeAll(async () => {
  postgres = await startPostgres()
  database = openPostgres({ url: postgres.url, poolSize: 10, onError: () => {} })
  await migrate(database.db)
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

test('a job runs in one process at a time; different jobs run side by side', async () => {
  let running = 0
  let most = 0
  const work = (name: string) =>
    inBatches({ db: database.db }, new AbortController().signal, { name, size: 2 }, async () => {
      running += 1
      most = Math.max(most, running)
      await sleep(100)
      running -= 1
      return 1
    })
  const same = await Promise.all([work('one'), work('one'), work('one')])
  expect(same.sort()).toEqual([0, 0, 1])
  expect(most).toBe(1)
  // Whoever comes later finds the lock free again.
  expect(await work('one')).toBe(1)
  expect(await Promise.all([work('one'), work('two')])).toEqual([1, 1])
  expect(most).toBe(2)
})
