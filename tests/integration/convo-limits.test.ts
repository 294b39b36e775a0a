import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leasePackages } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { TestGroup } from '../support/mls/index.js'

const DEVICES_MAX = 20
const CONVOS_MAX = 1_000
const MEMBERS_MAX = 3

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open({ env: { MAX_MEMBERS: String(MEMBERS_MAX) } })
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

describe('limits of a conversation', () => {
  test('MAX_MEMBERS members, whoever adds them; devices do not count', async () => {
    const { convoId, people, convos } = await stage.met(MEMBERS_MAX)
    const [alice, bob] = people as [ClientDevice, ClientDevice]
    const [ours] = convos
    const fourth = await stage.device()
    const add = await leasePackages(alice.api, ours!.group, convoId, [fourth.did])
    const change = await ours!.group.commit({ add })
    const call = () => alice.api.procedure('addMembers', { convoId, change })
    await stage.refuses(call, 'TooManyMembers', /3/)
    ours!.group.drop()

    await stage.device(bob.api.account as never, 'laptop')
    await ours!.add([bob.did])
    // One for one keeps the number.
    await ours!.update({ remove: ours!.group.leavesOf(bob.did), add })
    expect((await stage.roster(convoId)).members.at(-1)).toMatchObject({ did: fourth.did })
  })

  test('also at its creation', async () => {
    const [creator, ...others] = (await stage.devices(MEMBERS_MAX + 1)) as [
      ClientDevice,
      ...ClientDevice[],
    ]
    const input = await founding(creator, others)
    await stage.refuses(() => creator.api.procedure('createConvo', input), 'TooManyMembers', /3/)
    await creator.api.procedure('createConvo', await founding(creator, others.slice(1)))
  })

  test(`${DEVICES_MAX} leaves of one account, those pending removal included`, async () => {
    const { convoId, people, convos } = await stage.met(2)
    const [alice, bob] = people as [ClientDevice, ClientDevice]
    const [ours] = convos
    for (let i = 1; i < DEVICES_MAX; i++) {
      const device = await stage.service.device(`d${i}`, bob.api.account as never)
      await device.register(1)
    }
    await ours!.add([bob.did])
    expect((await stage.roster(convoId)).leaves).toHaveLength(1 + DEVICES_MAX)

    await bob.api.procedure('deleteDevice', { deviceId: 'd1' })
    const fresh = await stage.device(bob.api.account as never, 'fresh')
    // An external commit cannot take the pending leaf along.
    const { groupInfo } = await fresh.api.query('getGroupInfo', { convoId })
    const { change } = await TestGroup.joinExternally(fresh.mls, groupInfo)
    const join = () => fresh.api.procedure('joinConvo', { convoId, change })
    await stage.refuses(join, 'TooManyDevices', /20/)
    await alice.convo(convoId).update({
      remove: ours!.group.leavesOf(`${bob.did}#d1`),
      add: await leasePackages(alice.api, ours!.group, convoId, [bob.did]),
    })
    expect((await stage.roster(convoId)).leaves).toHaveLength(1 + DEVICES_MAX)
  })
})

test(`an account is in ${CONVOS_MAX} conversations at most; leaving one makes room`, async () => {
  const [alice] = (await stage.devices(1)) as [ClientDevice]
  const { convoId } = await alice.createConvo([])
  await fill(alice.did, convoId, CONVOS_MAX - 1)
  const input = await founding(alice, [])
  await stage.refuses(() => alice.api.procedure('createConvo', input), 'QuotaExceeded', /1000/)
  await alice.api.procedure('leaveConvo', { convoId })
  await alice.api.procedure('createConvo', input)
})

/** As many more conversations, each a copy of one that there is. */
async function fill(did: string, convoId: string, count: number): Promise<void> {
  const like = sql`select lpad(to_hex(n), 32, '0') as id, n from generate_series(1, ${sql.lit(count)}) as n`
  await sql`
    insert into conversations (convo_id, kind, group_id, epoch, hash, cipher_suite, commit_framing, creator, policy)
    select id, kind, decode(id, 'hex'), epoch, hash, cipher_suite, commit_framing, creator, policy
    from conversations, (${like}) as copies where convo_id = ${convoId}
  `.execute(stage.db)
  await sql`
    insert into members (convo_id, did, joined_seq, role, status, joined_application_count)
    select id, ${did}, 1, 'admin', 'accepted', 0 from (${like}) as copies
  `.execute(stage.db)
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from members where did = ${did} and left_at is null
  `.execute(stage.db)
  expect(rows[0]!.count).toBe(count + 1)
}

async function founding(creator: ClientDevice, others: ClientDevice[]) {
  const group = await TestGroup.create(creator.mls, randomBytes(16))
  const genesis = await group.groupInfo()
  if (others.length === 0) return { genesis }
  const dids = others.map(({ did }) => did)
  const add = await leasePackages(creator.api, group, group.groupId, dids)
  return { genesis, change: await group.commit({ add }) }
}
