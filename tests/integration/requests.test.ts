import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import type { EventReader } from '../support/client-stream.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { leaseRegardless } from '../support/lease.js'

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

describe('who is added by somebody whom it has not accepted', () => {
  test('finds a request: listed as one, read as by any member, and nothing counts as read', async () => {
    const { convoId, people, convos } = await stage.met(2)
    const [alice, bob] = people as [ClientDevice, ClientDevice]
    await convos[0]!.send('hello')
    expect(await statuses(bob)).toEqual([[convoId, 'request']])
    expect(await statuses(bob, 'request')).toEqual([[convoId, 'request']])
    expect(await statuses(bob, 'accepted')).toEqual([])
    expect(await statuses(alice)).toEqual([[convoId, 'accepted']])
    const { members } = await alice.api.query('getMembers', { convoId })
    expect(members.map(({ did, status }) => [did, status])).toEqual([
      [alice.did, 'accepted'],
      [bob.did, 'request'],
    ])

    await convos[1]!.catchUp()
    expect(convos[1]!.read.map(({ text }) => text)).toEqual(['hello'])
    const read = () => bob.api.procedure('updateCursor', { convoId, seq: 2 })
    expect(await stage.changesNothing(read)).toEqual({ seq: 0 })
    expect(await viewOf(bob, convoId)).toMatchObject({ cursor: 0, unreadCount: 1 })

    // Control: once it is accepted, the same call counts.
    await bob.api.procedure('acceptConvo', { convoId })
    expect(await read()).toEqual({ seq: 2 })
    expect(await viewOf(bob, convoId)).toMatchObject({ cursor: 2, unreadCount: 0 })
  })

  test('accepts once, however often it says so, and its own devices alone are told', async () => {
    const { convoId, people } = await stage.met(2)
    const [alice, bob] = people as [ClientDevice, ClientDevice]
    const accept = () => bob.api.procedure('acceptConvo', { convoId })
    const answers = await Promise.all([accept(), accept(), accept()])
    for (const { convo } of answers) expect(convo).toMatchObject({ convoId, status: 'accepted' })
    expect(await stage.changesNothing(accept)).toEqual(answers[0])
    expect(await personal(convoId)).toEqual([
      [bob.did, 'requested'],
      [bob.did, 'accepted'],
    ])
    expect(await statuses(bob, 'accepted')).toEqual([[convoId, 'accepted']])
    await stage.changesNothing(() => alice.api.procedure('acceptConvo', { convoId }))
  })

  test('hears of it on its stream, as nobody else does', async () => {
    const [alice, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
    await using bobs = await bob.api.subscribe()
    await using alices = await alice.api.subscribe()
    const { convoId } = await alice.createConvo([bob.did])
    await bobs.until((event) => event.type === 'welcomeEvent')
    await bob.api.procedure('acceptConvo', { convoId })
    await alice.api.procedure('updateConvo', { convoId, metadata: { name: 'Cats' } })
    const actions = async (reader: EventReader) => {
      await reader.until((event) => event.type === 'convoEvent' && event.action === 'updated')
      return reader.events.flatMap((event) => (event.type === 'convoEvent' ? [event.action] : []))
    }
    expect(await actions(bobs)).toEqual(['created', 'requested', 'accepted', 'updated'])
    expect(await actions(alices)).toEqual(['created', 'updated'])
  })

  test('declines by leaving; added to it again it is asked again', async () => {
    const { convoId, people, convos } = await stage.met(2)
    const [alice, bob] = people as [ClientDevice, ClientDevice]
    await bob.api.procedure('leaveConvo', { convoId })
    expect(await statuses(bob, 'request')).toEqual([])
    const accept = () => bob.api.procedure('acceptConvo', { convoId })
    await stage.refuses(accept, 'NotMember')
    await convos[0]!.update({ remove: convos[0]!.group.leavesOf(bob.did) })
    await convos[0]!.add([bob.did])
    expect(await viewOf(bob, convoId)).toMatchObject({ status: 'request' })
    // Also where it had accepted before it left.
    await accept()
    await bob.api.procedure('leaveConvo', { convoId })
    await convos[0]!.update({ remove: convos[0]!.group.leavesOf(bob.did) })
    await convos[0]!.add([bob.did])
    expect(await viewOf(bob, convoId)).toMatchObject({ status: 'request' })
    expect(await viewOf(alice, convoId)).toMatchObject({ status: 'accepted' })
  })

  test('is an outsider to nobody else’s conversation', async () => {
    const { convoId } = await stage.met(2)
    const stranger = await stage.device()
    for (const method of ['acceptConvo', 'muteConvo', 'unmuteConvo'] as const) {
      await stage.refuses(() => stranger.api.procedure(method, { convoId }), 'ConvoNotFound')
    }
  })
})

describe('who has accepted the adder', () => {
  test('in an earlier conversation, is asked no more; for others of it that holds as well', async () => {
    const { convoId, people } = await stage.met(3)
    const [alice, bob, carol] = people as [ClientDevice, ClientDevice, ClientDevice]
    // Control: nothing is accepted yet.
    await alice.createConvo([bob.did])
    expect((await statuses(bob)).map(([, status]) => status)).toEqual(['request', 'request'])
    await bob.api.procedure('acceptConvo', { convoId })
    const next = await alice.createConvo([bob.did])
    expect(await viewOf(bob, next.convoId)).toMatchObject({ status: 'accepted' })
    expect(await personal(next.convoId)).toEqual([])
    const hers = await carol.createConvo([bob.did, alice.did])
    expect(await viewOf(bob, hers.convoId)).toMatchObject({ status: 'accepted' })
    // Alice founded the conversation that Carol was in from its first entry.
    expect(await viewOf(alice, hers.convoId)).toMatchObject({ status: 'accepted' })
  })

  test('is not who merely shares a conversation that the adder came to later', async () => {
    const { people, convos } = await stage.met(2)
    const bob = people[1]!
    await bob.api.procedure('acceptConvo', { convoId: convos[0]!.convoId })
    const late = await stage.device()
    await convos[0]!.add([late.did])
    const theirs = await late.createConvo([bob.did])
    expect(await viewOf(bob, theirs.convoId)).toMatchObject({ status: 'request' })
  })

  test('by a declaration, or by following under one', async () => {
    const [alice, open, fan] = (await stage.devices(3)) as [
      ClientDevice,
      ClientDevice,
      ClientDevice,
    ]
    const { repos } = stage.service.plc
    repos.declare(open.did, 'all')
    repos.declare(fan.did, 'following')
    repos.follow(fan.did, alice.did)
    for (let i = 0; i < 150; i++) repos.follow(fan.did, `did:plc:${String(i).padStart(24, 'a')}`)
    const { convoId } = await alice.createConvo([open.did, fan.did])
    for (const device of [open, fan]) {
      expect(await viewOf(device, convoId)).toMatchObject({ status: 'accepted' })
    }
    expect(await personal(convoId)).toEqual([])
  })

  test('is whoever adds a device of its own', async () => {
    const { convoId, people, convos } = await stage.met(2)
    const bob = people[1]!
    await bob.api.procedure('acceptConvo', { convoId })
    await stage.device(bob.api.account as never, 'laptop')
    await convos[1]!.add([bob.did])
    expect(await viewOf(bob, convoId)).toMatchObject({ status: 'accepted' })
  })
})

describe('a declaration', () => {
  test('of none, or of following another, refuses the addition; nothing changes', async () => {
    const { people, convos } = await stage.met(2)
    const [alice] = people as [ClientDevice]
    const { repos } = stage.service.plc
    for (const allowIncoming of ['none', 'following']) {
      const target = await stage.device()
      // Leased while that was possible: afterwards there is nothing to be had.
      const change = await leased(convos[0]!, target)
      repos.declare(target.did, allowIncoming)
      const add = () =>
        alice.api.procedure('addMembers', {
          convoId: convos[0]!.convoId,
          change,
          didList: [target.did],
        })
      await stage.refuses(add, 'IncomingNotAllowed', new RegExp(target.did))
      convos[0]!.group.drop()
    }
  })

  test('of something that this version does not know counts as none at all', async () => {
    const [alice, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
    stage.service.plc.repos.declare(bob.did, 'mutuals')
    const { convoId } = await alice.createConvo([bob.did])
    expect(await viewOf(bob, convoId)).toMatchObject({ status: 'request' })
  })

  test('that cannot be read leaves the account reachable, by request', async () => {
    const [alice, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
    const { repos } = stage.service.plc
    repos.declare(bob.did, 'all')
    repos.down = true
    const { convoId } = await alice.createConvo([bob.did])
    repos.down = false
    expect(await viewOf(bob, convoId)).toMatchObject({ status: 'request' })
  })
})

describe('muting', () => {
  test('is of the account, on all devices, told to them alone, and outlasts coming again', async () => {
    const { convoId, people, convos } = await stage.met(2)
    const [alice, bob] = people as [ClientDevice, ClientDevice]
    const mute = () => bob.api.procedure('muteConvo', { convoId })
    expect(await mute()).toMatchObject({ convo: { convoId, muted: true } })
    await stage.changesNothing(mute)
    const laptop = await stage.device(bob.api.account as never, 'laptop')
    expect(await viewOf(laptop, convoId)).toMatchObject({ muted: true })
    expect(await viewOf(alice, convoId)).toMatchObject({ muted: false })
    expect((await personal(convoId)).at(-1)).toEqual([bob.did, 'updated'])

    await bob.api.procedure('leaveConvo', { convoId })
    await stage.refuses(mute, 'NotMember')
    await convos[0]!.update({ remove: convos[0]!.group.leavesOf(bob.did) })
    await convos[0]!.add([bob.did])
    expect(await viewOf(bob, convoId)).toMatchObject({ muted: true })
    const unmute = () => bob.api.procedure('unmuteConvo', { convoId })
    expect(await unmute()).toMatchObject({ convo: { muted: false } })
    await stage.changesNothing(unmute)
  })
})

async function statuses(who: ClientDevice, status?: string) {
  const { conversations } = await who.api.query('getConvos', status ? { status } : {})
  return conversations.map((convo) => [convo.convoId, convo.status])
}

async function viewOf(who: ClientDevice, convoId: string) {
  return (await who.api.query('getConvo', { convoId })).convo
}

/** Events of the conversation for one account alone: whom, and what; welcomes and readings aside. */
async function personal(convoId: string) {
  const rows = await stage.db
    .selectFrom('event_stream')
    .select(['did', 'payload'])
    .where('convo_id', '=', convoId as never)
    .where('kind', '=', 'convo')
    .where('did', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.map(({ did, payload }) => [did, payload.action])
}

/** A change that adds all devices of `target`, with packages that are leased now. */
async function leased(convo: ClientConvo, target: ClientDevice) {
  const add = await leaseRegardless(stage, convo.api.did, [target], convo.convoId)
  return convo.group.commit({ add })
}
