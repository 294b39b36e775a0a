import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

const MAX = 1000

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

test('an account is a member of 1,000 conversations at most, whoever makes it one', async () => {
  const [alice, bob, carol] = (await stage.devices(3)) as [ClientDevice, ClientDevice, ClientDevice]
  await joinMany(alice, MAX - 1)
  const theirs = await bob.createConvo([carol.did])

  const last = await alice.createConvo([])
  await expect(alice.createConvo([])).rejects.toMatchObject({ error: 'QuotaExceeded' })
  await expect(theirs.add([alice.did])).rejects.toMatchObject({
    error: 'QuotaExceeded',
    message: expect.stringContaining(alice.did) as string,
  })
  await expect(bob.createConvo([alice.did])).rejects.toMatchObject({ error: 'QuotaExceeded' })
  // Others go on, and so does a conversation that such an account is in.
  await bob.createConvo([carol.did])
  await last.add([bob.did])

  await alice.api.procedure('leaveConvo', { convoId: last.convoId })
  await theirs.add([alice.did])
  expect((await stage.roster(theirs.convoId)).members.map(({ did }) => did)).toContain(alice.did)
})

/** As after years: open memberships, of which nothing is read here. */
async function joinMany({ did }: ClientDevice, count: number): Promise<void> {
  await sql`
    insert into conversations
      (convo_id, kind, group_id, epoch, hash, cipher_suite, commit_framing, creator, policy)
    select md5(n::text), 'group', decode(md5(n::text), 'hex'), 0, '\\x00'::bytea, 'x', 'public', ${did},
      '{"whoCanAdd":"member"}'::jsonb
    from generate_series(1, ${sql.lit(count)}) as n`.execute(stage.db)
  await sql`
    insert into members (convo_id, did, joined_seq, role, status, joined_application_count)
    select md5(n::text), ${did}, 1, 'admin', 'accepted', 0
    from generate_series(1, ${sql.lit(count)}) as n`.execute(stage.db)
}
