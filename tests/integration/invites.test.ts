import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, type Met, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { TestGroup } from '../support/mls/index.js'

/** Time of the service, which the test may move ahead. */
let aheadMs = 0
let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open({ clock: () => new Date(Date.now() + aheadMs) })
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

describe('an account that holds an invite', () => {
  test('sees what it opens, comes in, and counts as having accepted', async () => {
    const { convoId, people, convos } = await stage.met(2)
    const [alice, bob] = people as Two
    await alice.api.procedure('updateConvo', { convoId, metadata: { name: 'Cats' } })
    const invite = await inviteBy(alice, convoId)
    const guest = await stage.device()
    const look = () => guest.api.procedure('previewInvite', { secret: invite.secret! })
    const preview = await stage.changesNothing(look)
    expect(preview).toMatchObject({
      convoId,
      kind: 'group',
      memberCount: 2,
      metadata: { name: 'Cats' },
      epoch: 1,
    })
    const state = await alice.api.query('getGroupInfo', { convoId })
    expect(preview).toMatchObject(state)

    const { group, input } = await entry(guest, invite.secret!)
    const answer = await guest.api.procedure('joinConvo', input)
    expect(answer).toEqual({ success: true, newEpoch: 2, seq: 2 })
    group.adopt()
    await convos[0]!.catchUp()
    expect(await convos[0]!.group.decryptText(await group.encrypt('hello'))).toBe('hello')
    const { convo } = await guest.api.query('getConvo', { convoId })
    expect(convo).toMatchObject({
      status: 'accepted',
      role: 'member',
      intervals: [{ joinedSeq: 2 }],
      memberCount: 3,
    })

    // Members see who came by which invite.
    const { members } = await bob.api.query('getMembers', { convoId })
    expect(members.map(({ did, inviteId }) => [did, inviteId])).toEqual([
      [alice.did, undefined],
      [bob.did, undefined],
      [guest.did, invite.inviteId],
    ])
    const { invites } = await bob.api.query('getInvites', { convoId })
    expect(invites).toEqual([{ ...withoutSecret(invite), uses: 1 }])
    const joined = (await stage.announced(convoId)).filter(({ action }) => action === 'joined')
    expect(joined.at(-1)).toMatchObject({ subject: guest.did, inviteId: invite.inviteId })
  })

  test('comes in once, however often it says so, and uses one use', async () => {
    const { convoId, people } = await stage.met(2)
    const invite = await inviteBy(people[0]!, convoId, { maxUses: 2 })
    const guest = await stage.device()
    const { input } = await entry(guest, invite.secret!)
    const join = () => guest.api.procedure('joinConvo', input)
    const answers = await Promise.all([join(), join(), join()])
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await stage.changesNothing(join)).toEqual(answers[0])
    expect(await usesOf(people[0]!, convoId)).toEqual([1])
    // A second device of the account is a member's: it uses nothing up.
    const laptop = await stage.device(guest.api.account as never, 'laptop')
    await laptop.api.procedure('joinConvo', (await entry(laptop, invite.secret!)).input)
    expect(await usesOf(people[0]!, convoId)).toEqual([1])
  })

  test('stays out once it is used up, revoked or expired, or was for another conversation', async () => {
    const { convoId, people, convos } = await stage.met(2)
    const alice = people[0]!
    const other = await stage.met(2)
    const elsewhere = await inviteBy(other.people[0]!, other.convoId)
    const single = await inviteBy(alice, convoId, { maxUses: 1 })
    const revoked = await inviteBy(alice, convoId)
    const brief = await inviteBy(alice, convoId, {
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    })
    const [first, second] = (await stage.devices(2)) as Two
    await first.api.procedure('joinConvo', (await entry(first, single.secret!)).input)
    await convos[0]!.catchUp()
    const { groupInfo } = await alice.api.query('getGroupInfo', { convoId })
    const { change } = await TestGroup.joinExternally(second.mls, groupInfo)
    const join = (invite?: string) => second.api.procedure('joinConvo', { convoId, change, invite })

    await alice.api.procedure('revokeInvite', { inviteId: revoked.inviteId })
    aheadMs += 61_000
    for (const [invite, words] of [
      [single.secret, /used up/],
      [revoked.secret, /revoked/],
      [brief.secret, /expired/],
      [elsewhere.secret, /no such invite/],
      [randomBytes(32).toString('base64url'), /no such invite/],
      ['x', /no such invite/],
    ] as const) {
      await stage.refuses(() => join(invite), 'InviteNotFound', words)
      if (invite === elsewhere.secret) continue
      const look = () => second.api.procedure('previewInvite', { secret: invite! })
      await stage.refuses(look, 'InviteNotFound', words)
    }
    await stage.refuses(() => join(), 'ConvoNotFound')
    // Control: with one that opens, the same bytes are taken.
    await join((await inviteBy(alice, convoId)).secret)
  })

  test('comes back after it left, by an invite that still opens', async () => {
    const { convoId, people, convos } = await stage.met(2)
    const [alice, bob] = people as Two
    await bob.api.procedure('leaveConvo', { convoId })
    await convos[0]!.update({ remove: convos[0]!.group.leavesOf(bob.did) })
    const { groupInfo } = await alice.api.query('getGroupInfo', { convoId })
    const { change } = await TestGroup.joinExternally(bob.mls, groupInfo)
    const join = (invite?: string) => bob.api.procedure('joinConvo', { convoId, change, invite })
    await stage.refuses(() => join(), 'NotMember')
    await join((await inviteBy(alice, convoId)).secret)
    const { convo } = await bob.api.query('getConvo', { convoId })
    expect(convo).toMatchObject({
      status: 'accepted',
      intervals: [{ joinedSeq: 1, leftSeq: 1 }, { joinedSeq: 3 }],
    })
  })

  test('stays out where a member blocks it, or there is no room', async () => {
    const { convoId, people } = await stage.met(2)
    const [alice, bob] = people as Two
    const invite = await inviteBy(alice, convoId)
    const guest = await stage.device()
    const { input } = await entry(guest, invite.secret!)
    const join = () => guest.api.procedure('joinConvo', input)
    await bob.api.procedure('blockAccount', { did: guest.did })
    await stage.refuses(join, 'BlockedByMember')
    await bob.api.procedure('unblockAccount', { did: guest.did })
    const policy = { whoCanAdd: 'admin', maxMembers: 2 }
    await alice.api.procedure('updateConvo', { convoId, policy })
    await stage.refuses(join, 'TooManyMembers')
    // Who may add others has no say in who is invited.
    await alice.api.procedure('updateConvo', { convoId, policy: { whoCanAdd: 'admin' } })
    await join()
  })

  test('stays out while it is in as many conversations as it may be', async () => {
    const { convoId, people } = await stage.met(2)
    const invite = await inviteBy(people[0]!, convoId)
    const guest = await stage.device()
    const { input } = await entry(guest, invite.secret!)
    await fillUp(guest.did, 1_000)
    const join = () => guest.api.procedure('joinConvo', input)
    await expect(join()).rejects.toMatchObject({ error: 'QuotaExceeded' })
    expect(await usesOf(people[0]!, convoId)).toEqual([0])
    await sql`delete from members where did = ${guest.did}`.execute(stage.db)
    await sql`delete from conversations where creator = ${guest.did}`.execute(stage.db)
    await join()
  })

  test('needs a device that is registered', async () => {
    const { convoId, people } = await stage.met(2)
    const invite = await inviteBy(people[0]!, convoId)
    const guest = await stage.service.device('phone')
    const { input } = await entry(guest, invite.secret!)
    await stage.refuses(() => guest.api.procedure('joinConvo', input), 'DeviceUnknown')
  })
})

describe('createInvite', () => {
  test('with a secret of the client’s own gives the same invite again, else another', async () => {
    const { convoId, people } = await stage.met(2)
    const alice = people[0]!
    const secret = randomBytes(32).toString('base64url')
    const make = (more: object = {}) =>
      alice.api.procedure('createInvite', { convoId, secret, maxUses: 3, ...more })
    const { invite } = await make()
    expect(invite).toMatchObject({ convoId, secret, maxUses: 3, uses: 0, revoked: false })
    expect(invite.createdBy).toBe(alice.did)
    expect(await stage.changesNothing(make)).toEqual({ invite })
    await stage.refuses(() => make({ maxUses: 4 }), 'InvalidRequest', /another|Another/)
    const others = [await inviteBy(alice, convoId), await inviteBy(alice, convoId)]
    expect(new Set(others.map((one) => one.secret)).size).toBe(2)
    const stored = JSON.stringify(await stage.stored())
    for (const one of [invite, ...others]) {
      expect(one.secret).toMatch(/^[\w-]{43}$/)
      expect(stored).not.toContain(one.secret)
      expect(stored).not.toContain(Buffer.from(one.secret!, 'base64url').toString('hex'))
    }
    const { invites } = await alice.api.query('getInvites', { convoId })
    expect(JSON.stringify(invites)).not.toMatch(/secret/)
  })

  test('is for admins of groups', async () => {
    const met = await stage.met(3)
    const { convoId } = met
    const [alice, bob, carol] = met.people as [ClientDevice, ClientDevice, ClientDevice]
    const make = (who: ClientDevice, to = convoId) =>
      who.api.procedure('createInvite', { convoId: to })
    await stage.refuses(() => make(bob), 'NotAdmin')
    await alice.api.procedure('setMemberRole', { convoId, did: bob.did, role: 'moderator' })
    await stage.refuses(() => make(bob), 'NotAdmin')
    const stranger = await stage.device()
    await stage.refuses(() => make(stranger), 'ConvoNotFound')
    await carol.api.procedure('leaveConvo', { convoId })
    await stage.refuses(() => make(carol), 'NotMember')
    const direct = await stage.met(2)
    await directOf(direct)
    await stage.refuses(() => make(direct.people[0]!, direct.convoId), 'Forbidden', /direct/)
  })

  test('refuses what makes no sense', async () => {
    const { convoId, people } = await stage.met(2)
    const make = (more: object) => () =>
      people[0]!.api.send('POST', 'createInvite', { input: { convoId, ...more } })
    const past = new Date(Date.now() - 1000).toISOString()
    for (const more of [
      { expiresAt: past },
      { expiresAt: 'tomorrow' },
      { maxUses: 0 },
      { maxUses: 10_001 },
      { secret: 'short' },
      { secret: 'a'.repeat(129) },
      { secret: `${'a'.repeat(42)}!` },
    ]) {
      await stage.refuses(make(more), 'InvalidRequest')
    }
    await make({ expiresAt: new Date(Date.now() + aheadMs + 60_000).toISOString() })()
  })

  test('has room for fifty that open something; ended ones make room', async () => {
    const { convoId, people } = await stage.met(2)
    const alice = people[0]!
    const first = await inviteBy(alice, convoId)
    for (let i = 1; i < 50; i++) await inviteBy(alice, convoId)
    await stage.refuses(() => inviteBy(alice, convoId), 'QuotaExceeded', /50/)
    await alice.api.procedure('revokeInvite', { inviteId: first.inviteId })
    await inviteBy(alice, convoId)
  })
})

describe('revokeInvite', () => {
  test('is for admins, changes nothing again, and says nothing to others', async () => {
    const { convoId, people } = await stage.met(3)
    const [alice, bob, carol] = people as [ClientDevice, ClientDevice, ClientDevice]
    const { inviteId } = await inviteBy(alice, convoId)
    const revoke = (who: ClientDevice) => who.api.procedure('revokeInvite', { inviteId })
    await stage.refuses(() => revoke(bob), 'NotAdmin')
    const stranger = await stage.device()
    await stage.refuses(() => revoke(stranger), 'InviteNotFound')
    await carol.api.procedure('leaveConvo', { convoId })
    await stage.refuses(() => revoke(carol), 'NotMember')
    const answer = await revoke(alice)
    expect(answer.invite).toMatchObject({ inviteId, revoked: true })
    expect(answer.invite.secret).toBeUndefined()
    expect(await stage.changesNothing(() => revoke(alice))).toEqual(answer)
    const unknown = () => alice.api.procedure('revokeInvite', { inviteId: '0'.repeat(32) })
    await stage.refuses(unknown, 'InviteNotFound')
  })
})

test('an account previews twenty times a minute, right or wrong', async () => {
  const { convoId, people } = await stage.met(2)
  const { secret } = await inviteBy(people[0]!, convoId)
  const [eager, other] = (await stage.devices(2)) as Two
  const look = (who: ClientDevice, what: string) =>
    who.api.procedure('previewInvite', { secret: what })
  for (let i = 0; i < 10; i++) {
    await look(eager, secret!)
    await stage.refuses(() => look(eager, `${i}`), 'InviteNotFound')
  }
  await stage.refuses(() => look(eager, secret!), 'RateLimitExceeded')
  await look(other, secret!)
})

type Two = [ClientDevice, ClientDevice]

async function inviteBy(admin: ClientDevice, convoId: string, limits: object = {}) {
  return (await admin.api.procedure('createInvite', { convoId, ...limits })).invite
}

/** What `joinConvo` takes, and the group that it leads to. */
async function entry(guest: ClientDevice, secret: string) {
  const { convoId, groupInfo } = await guest.api.procedure('previewInvite', { secret })
  const { group, change } = await TestGroup.joinExternally(guest.mls, groupInfo)
  return { group, input: { convoId, change, invite: secret } }
}

async function usesOf(who: ClientDevice, convoId: string): Promise<number[]> {
  const { invites } = await who.api.query('getInvites', { convoId })
  return invites.map(({ uses }) => uses)
}

function withoutSecret<T extends { secret?: string }>(invite: T): Omit<T, 'secret'> {
  const told = { ...invite }
  delete told.secret
  return told
}

/** Memberships of `did` in so many conversations, as rows alone. */
async function fillUp(did: string, count: number): Promise<void> {
  await sql`
    insert into conversations (convo_id, kind, group_id, epoch, hash, cipher_suite, commit_framing,
      creator, policy)
    select md5(${did} || n), 'group', decode(md5(${did} || n), 'hex'), 0, '', '', 'public', ${did}, '{}'
    from generate_series(1, ${count}::int) as n`.execute(stage.db)
  await sql`
    insert into members (convo_id, did, joined_seq, role, status, joined_application_count)
    select convo_id, creator, 1, 'admin', 'accepted', 0
    from conversations where creator = ${did}`.execute(stage.db)
}

/** Makes the conversation one for two, as if it had been created so. */
async function directOf({ convoId }: Met): Promise<void> {
  await stage.db
    .updateTable('conversations')
    .set({ kind: 'direct' })
    .where('convo_id', '=', convoId as never)
    .execute()
}
