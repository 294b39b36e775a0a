import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { checkStanding } from '../support/standing-check.js'

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

/** The checker that other tests end with: what it is there to find, it finds. */
test.each<[string, (convoId: string) => ReturnType<typeof sql>]>([
  ['a gap', (id) => sql`update messages set seq = 9 where convo_id = ${id} and seq = 3`],
  ['a lost entry', (id) => sql`delete from messages where convo_id = ${id} and seq = 3`],
  [
    'other bytes',
    (id) => sql`update messages set ciphertext = decode('01', 'hex') where convo_id = ${id}`,
  ],
  ['another epoch', (id) => sql`update messages set epoch = 7 where convo_id = ${id} and seq = 4`],
  [
    'an epoch that nobody made',
    (id) => sql`update conversations set epoch = 9 where convo_id = ${id}`,
  ],
  [
    'a head that is not the log’s',
    (id) =>
      sql`update conversations set hash = decode(repeat('00', 32), 'hex') where convo_id = ${id}`,
  ],
  [
    'an event too few',
    (id) => sql`delete from event_stream where convo_id = ${id} and kind = 'message' and seq = 2`,
  ],
  ['a leaf too few', (id) => sql`delete from leaves where convo_id = ${id} and leaf_index = 1`],
  [
    'a membership from before the commit',
    (id) => sql`update members set joined_seq = 0 where convo_id = ${id} and role = 'member'`,
  ],
  [
    'a membership that outlives its last leaf',
    (id) => sql`update members set left_seq = null, left_at = null where convo_id = ${id}`,
  ],
])('finds %s', async (what, damage) => {
  const { convoId, convos } = await stage.met(3)
  const [ours] = convos
  await ours!.send('one')
  await ours!.update()
  await ours!.remove([convos[2]!.api.did])
  expect(await checkStanding(stage.db, convoId)).toHaveLength(4)
  await damage(convoId).execute(stage.db)
  await expect(checkStanding(stage.db, convoId), what).rejects.toThrow()
})

test('finds an acknowledged message that is not there', async () => {
  const { convoId, convos } = await stage.met(2)
  const { msgId, seq } = await convos[0]!.send('one')
  await checkStanding(stage.db, convoId, new Map([[msgId, seq]]))
  for (const lost of [new Map([['another', seq]]), new Map([[msgId, seq + 1]])]) {
    await expect(checkStanding(stage.db, convoId, lost)).rejects.toThrow()
  }
})
