import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConvosQuery, listConvos } from '../../src/convo/read/list-convos.js'
import type { Db } from '../../src/db/types.js'
import { InvalidCursorError } from '../../src/errors.js'
import type { Did } from '../../src/lib/ids.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'
import { countingStatements } from '../support/statement-count.js'

const [alice, bob, carol, dave] = 'abcd'.split('').map(didOf) as [Did, Did, Did, Did]

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Db
beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
})
afterAll(() => database[Symbol.asyncDispose]())

type Options = Partial<Omit<ConvosQuery, 'did'>>

async function idsOf(did: Did, options: Options = {}) {
  const { conversations, cursor } = await listConvos(db, { did, limit: 50, ...options })
  return { ids: conversations.map(({ convoId }) => convoId), cursor }
}

async function allPages(did: Did, options: Options): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await idsOf(did, { ...options, cursor })
    expect(page.ids).not.toEqual([])
    found.push(...page.ids)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

async function create(count: number, creator: Did): Promise<ConvoLog[]> {
  const logs: ConvoLog[] = []
  for (let i = 0; i < count; i++) logs.push(await ConvoLog.create(db, creator))
  return logs
}

const idOf = ({ convoId }: ConvoLog): string => convoId

describe('the list', () => {
  test('has the newest membership first, in pages of any size', async () => {
    const logs = await create(5, alice)
    await create(2, dave)
    const newestFirst = logs.map(idOf).reverse()
    for (const limit of [1, 2, 5, 6]) {
      expect(await allPages(alice, { limit })).toEqual(newestFirst)
    }
  })

  test('is empty for an account without conversations', async () => {
    expect(await idsOf(didOf('z'))).toEqual({ ids: [], cursor: undefined })
  })

  test('is not shifted by what happens while one pages', async () => {
    const logs = await create(6, bob)
    const newestFirst = logs.map(idOf).reverse()
    const first = await idsOf(bob, { limit: 2 })
    await logs[5]!.leave(bob) // was on the page before
    await logs[2]!.leave(bob) // would be on the next
    await logs[3]!.say(3)
    await create(2, bob)
    const second = await idsOf(bob, { limit: 2, cursor: first.cursor })
    const third = await idsOf(bob, { limit: 2, cursor: second.cursor })
    expect([first.ids, second.ids, third.ids]).toEqual([
      newestFirst.slice(0, 2),
      [newestFirst[2], newestFirst[4]],
      [newestFirst[5]],
    ])
    expect(third.cursor).toBeUndefined()
  })

  test('is told apart by standing; what one has left is there only when asked for', async () => {
    const [accepted, requested, left, removed, again] = (await create(5, dave)) as [
      ConvoLog,
      ConvoLog,
      ConvoLog,
      ConvoLog,
      ConvoLog,
    ]
    for (const log of [accepted, requested, left, removed, again]) {
      await log.commit({ add: [[carol, 'phone']] })
    }
    await db
      .updateTable('members')
      .set({ status: 'request' })
      .where('convo_id', '=', requested.convoId)
      .where('did', '=', carol)
      .execute()
    await left.leave(carol)
    await removed.commit({ remove: [carol] })
    await again.commit({ remove: [carol] })
    await again.commit({ add: [[carol, 'phone']] })

    const listed = async (status?: ConvosQuery['status']) => {
      const { conversations } = await listConvos(db, { did: carol, status, limit: 50 })
      return conversations.map((view) => [view.convoId, view.status])
    }
    const asAccepted = [
      [again.convoId, 'accepted'],
      [accepted.convoId, 'accepted'],
    ]
    const asRequest = [[requested.convoId, 'request']]
    expect(await listed()).toEqual([asAccepted[0], ...asRequest, asAccepted[1]])
    expect(await listed('accepted')).toEqual(asAccepted)
    expect(await listed('request')).toEqual(asRequest)
    const former = [
      [removed.convoId, 'left'],
      [left.convoId, 'left'],
    ]
    expect(await listed('left')).toEqual(former)

    // What goes on there counts nothing for who is gone (V7).
    const before = await listConvos(db, { did: carol, status: 'left', limit: 50 })
    await left.say(2)
    await removed.say(2)
    expect(await listConvos(db, { did: carol, status: 'left', limit: 50 })).toEqual(before)
  })

  test('takes two statements, however long the page', async () => {
    for (const limit of [1, 5]) {
      const counting = countingStatements(db)
      const { conversations } = await listConvos(counting.db, { did: alice, limit })
      expect(conversations).toHaveLength(limit)
      expect(counting.count()).toBe(2)
    }
  })

  test.each(['', 'x', 'MQ==', encoded('1.2'), encoded('-1'), encoded('1e3'), encoded('01')])(
    'has no cursor but its own: %j',
    async (cursor) => {
      await expect(idsOf(alice, { cursor })).rejects.toBeInstanceOf(InvalidCursorError)
    },
  )

  test('control: a cursor of its own kind', async () => {
    expect(await idsOf(alice, { cursor: encoded('1') })).toEqual({ ids: [], cursor: undefined })
  })
})

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url')
}
