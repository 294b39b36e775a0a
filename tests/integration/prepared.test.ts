import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { preparedName, runPrepared } from '../../src/db/prepared.js'
import { openTestDatabase } from '../support/database.js'

test('a statement keeps its name for all values; one whose text varies is refused', async () => {
  await using database = await openTestDatabase()
  const { db } = database
  const double = (n: number) =>
    runPrepared(db, 'double', sql<{ n: number }>`select ${n}::int * 2 as n`)
  expect(await double(4)).toEqual([{ n: 8 }])
  expect(await double(5)).toEqual([{ n: 10 }])
  expect(preparedName('select $1::int * 2 as n')).toBe('double')

  await expect(runPrepared(db, 'double', sql`select 3`)).rejects.toThrow('not always the same')
  await expect(runPrepared(db, 'twice', sql`select ${6}::int * 2 as n`)).rejects.toThrow(
    'not always the same',
  )
})
