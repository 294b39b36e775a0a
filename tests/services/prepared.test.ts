import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { listConvos } from '../../src/convo/read/list-convos.js'
import { readMessages } from '../../src/convo/read/messages.js'
import type { Tx } from '../../src/db/types.js'
import type { ConvoId, Did } from '../../src/lib/ids.js'
import { openTestDatabase } from '../support/database.js'
import { Filled } from '../support/filled.js'

const ALICE = 'did:web:alice.test' as Did
/** From the sixth on, a server may use the plan that it made for all values. */
const TIMES = 8

test('pages are prepared once for a connection, and go on when a table gets a column', async () => {
  await using database = await openTestDatabase()
  const { db } = database
  const filled = Filled.on(db)
  const [convoId] = (await filled.convos({ count: 1, members: [ALICE] })) as [ConvoId]
  await filled.messages([convoId], 3)

  // A transaction has the same connection from its beginning to its end.
  await db.transaction().execute(async (tx) => {
    for (let i = 0; i < TIMES; i++) await readPages(tx, convoId)
    expect(await preparedNames(tx)).toEqual([
      'convo_rows',
      'memberships_member',
      'page_of_messages_backward',
    ])
    for (const table of ['messages', 'members', 'conversations', 'cursors']) {
      await sql`alter table ${sql.table(table)} add column later integer`.execute(tx)
    }
    await readPages(tx, convoId)
  })
})

async function readPages(tx: Tx, convoId: ConvoId): Promise<void> {
  const { messages } = await readMessages(tx, { convoId, did: ALICE, limit: 2 })
  expect(messages.map(({ seq }) => seq)).toEqual([2, 3])
  const { conversations } = await listConvos(tx, { did: ALICE, limit: 50 })
  expect(conversations.map((convo) => convo.convoId)).toEqual([convoId])
}

async function preparedNames(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_prepared_statements where name <> '' order by name`.execute(tx)
  return rows.map(({ name }) => name)
}
