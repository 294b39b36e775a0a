import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCommits } from '../../src/convo/read/commits.js'
import type { Db } from '../../src/db/types.js'
import { ConvoNotFoundError } from '../../src/errors.js'
import type { ConvoId, Did, Epoch } from '../../src/lib/ids.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'

const [alice, bob, carol, outsider] = 'abcd'.split('').map(didOf) as [Did, Did, Did, Did]
const MIB = 1024 * 1024

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Db
let log: ConvoLog
beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
  log = await ConvoLog.create(db, alice)
  await log.say(1)
  await log.commit() // epoch 0
  await log.commit({
    add: [
      [bob, 'phone'],
      [carol, 'phone'],
    ],
  }) // 1
  await log.say(2)
  await log.commit() // 2
  await log.commit({ remove: [bob] }) // 3
  await log.say(1)
  await log.commit() // 4
  await log.commit() // 5
  await log.commit({ add: [[bob, 'phone']] }) // 6
  await log.commit() // 7
  await log.reset(alice)
  await log.commit({ add: [[carol, 'phone']] }) // 1:0
  await log.leave(carol)
  await log.commit() // 1:1
})
afterAll(() => database[Symbol.asyncDispose]())

interface Range {
  generation?: number
  from?: number
  to?: number
  limit?: number
}

async function epochs(did: Did, { generation, from = 0, to, limit = 100 }: Range = {}) {
  const commits = await readCommits(db, {
    convoId: log.convoId,
    did,
    generation,
    fromEpoch: from as Epoch,
    toEpoch: to as Epoch | undefined,
    limit,
  })
  for (const commit of commits) expect(commit.messageType).toBe('commit')
  return commits.map(({ generation, epoch }) => `${generation}:${epoch}`)
}

test.each<[string, Did, Range, string[]]>([
  ['of the current generation', alice, {}, ['1:0', '1:1']],
  ['of one that was', alice, { generation: 0, from: 5 }, ['0:5', '0:6', '0:7']],
  ['of a range, both ends included', alice, { generation: 0, from: 2, to: 3 }, ['0:2', '0:3']],
  ['of a single epoch', alice, { generation: 0, from: 4, to: 4 }, ['0:4']],
  ['as many as asked for', alice, { generation: 0, from: 1, limit: 2 }, ['0:1', '0:2']],
  ['none after the newest', alice, { from: 2 }, []],
  ['none of a generation to come', alice, { generation: 2 }, []],
  ['none of a range turned round', alice, { generation: 0, from: 3, to: 2 }, []],
  [
    'of two memberships, without what lies between',
    bob,
    { generation: 0 },
    ['0:1', '0:2', '0:3', '0:6', '0:7'],
  ],
  ['from within the gap', bob, { generation: 0, from: 4 }, ['0:6', '0:7']],
  ['none within the gap', bob, { generation: 0, from: 4, to: 5 }, []],
  ['of a later generation than one joined in', bob, {}, ['1:0', '1:1']],
  ['of a former member up to its end, in its own generation', carol, {}, ['1:0']],
  [
    'from a membership’s beginning, however far before it one asks',
    carol,
    { generation: 0, limit: 1 },
    ['0:1'],
  ],
])('commits %s', async (_, did, range, expected) => {
  expect(await epochs(did, range)).toEqual(expected)
})

test.each([1, 2, 3])('pages of %i have every commit that may be read', async (limit) => {
  const found: string[] = []
  for (;;) {
    const last = found.at(-1)?.split(':')[1]
    const page = await epochs(bob, {
      generation: 0,
      from: last === undefined ? 0 : Number(last) + 1,
      limit,
    })
    if (page.length === 0) break
    found.push(...page)
  }
  expect(found).toEqual(['0:1', '0:2', '0:3', '0:6', '0:7'])
})

describe('large commits', () => {
  test('come in pages under 8 MiB', async () => {
    const heavy = await ConvoLog.create(db, alice)
    for (let i = 0; i < 4; i++) await heavy.commit({ bytes: 2 * MIB })
    const range = { convoId: heavy.convoId, did: alice, limit: 100 }
    const first = await readCommits(db, { ...range, fromEpoch: 0 as Epoch })
    expect(first.map(({ epoch }) => epoch)).toEqual([0, 1])
    const rest = await readCommits(db, { ...range, fromEpoch: 2 as Epoch })
    expect(rest.map(({ epoch }) => epoch)).toEqual([2, 3])
  })
})

test('an outsider, and a conversation that does not exist, are the same', async () => {
  const range = { fromEpoch: 0 as Epoch, limit: 5 }
  const error = await readCommits(db, { ...range, convoId: log.convoId, did: outsider }).catch(
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(ConvoNotFoundError)
  const nowhere = 'dd'.repeat(16) as ConvoId
  await expect(readCommits(db, { ...range, convoId: nowhere, did: alice })).rejects.toEqual(error)
})
