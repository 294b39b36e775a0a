import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { XrpcFailure } from '../support/client.js'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

const MESSAGE_MAX_BYTES = 256 * 1024

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice, outsider: ClientDevice
let ours: ClientConvo, bobs: ClientConvo
beforeAll(async () => {
  stage = await ConvoStage.open()
  outsider = await stage.device()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
beforeEach(async () => {
  const met = await stage.met(2)
  convoId = met.convoId
  ;[alice, bob] = met.people as [ClientDevice, ClientDevice]
  ;[ours, bobs] = met.convos as [ClientConvo, ClientConvo]
})

describe('sendMessage', () => {
  test('stores a message once, however often it is sent', async () => {
    const input = await message('hello')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => alice.api.procedure('sendMessage', input)),
    )
    const { receivedAt } = answers[0]!
    const one = { messageId: input.msgId, seq: 2, epoch: 1, receivedAt }
    expect(answers).toEqual(answers.map(() => one))
    const again = await stage.changesNothing(() => alice.api.procedure('sendMessage', input))
    expect(again).toEqual(one)
    // By whom it came first is not known any more.
    expect(await bob.api.procedure('sendMessage', input)).toEqual(one)

    await bobs.catchUp()
    expect(bobs.read).toEqual([{ seq: 2, id: input.msgId, text: 'hello', own: false }])
    expect(await stage.roster(convoId)).toMatchObject({ epoch: 1, lastSeq: 2 })
    expect((await stage.announced(convoId)).slice(-1)).toMatchObject([{ kind: 'message' }])
  })

  test('stores nowhere who sent it', async () => {
    const before = await stage.stored()
    await bob.api.procedure('sendMessage', await message('secret', bobs))
    const after = await stage.stored()
    const written = Object.keys(after).flatMap((table) =>
      after[table]!.filter((row) => !before[table]!.includes(row)),
    )
    expect(written.filter((row) => row.includes('"seq"'))).toHaveLength(2)
    // The conversation's own row names its creator, who is another.
    expect(written.filter((row) => row.includes(bob.did))).toEqual([])
    expect(stage.service.log.filter((line) => line.includes(bob.did))).toEqual([])
  })

  test('refuses other bytes under a msgId that is taken', async () => {
    const first = await message('one')
    await alice.api.procedure('sendMessage', first)
    const second = { ...(await message('two')), msgId: first.msgId }
    await stage.refuses(() => alice.api.procedure('sendMessage', second), 'MessageIdConflict')
    await alice.api.procedure('sendMessage', { ...second, msgId: randomUUID() })
  })

  test('knows a msgId in upper and in lower case for the same', async () => {
    for (const msgId of [randomUUID(), '01arz3ndektsv4rrffq69g5fav']) {
      const input = { ...(await message('hello')), msgId }
      const sent = await alice.api.procedure('sendMessage', input)
      expect(sent.messageId).toBe(msgId)
      const upper = { ...input, msgId: msgId.toUpperCase() }
      expect(await stage.changesNothing(() => alice.api.procedure('sendMessage', upper))).toEqual(
        sent,
      )
      const other = { ...(await message('other')), msgId: msgId.toUpperCase() }
      await stage.refuses(() => alice.api.procedure('sendMessage', other), 'MessageIdConflict')
      const mixed = { ...other, msgId: `${msgId.slice(0, -3).toUpperCase()}${msgId.slice(-3)}` }
      const isMixed = mixed.msgId !== other.msgId
      if (isMixed) {
        await stage.refuses(() => alice.api.procedure('sendMessage', mixed), 'InvalidRequest')
      }
    }
    const upper = { ...(await message('mine')), msgId: randomUUID().toUpperCase() }
    await alice.api.procedure('sendMessage', upper)
    const { messages } = await bob.api.query('getMessages', { convoId })
    expect(messages.at(-1)!.id).toBe(upper.msgId)
  })

  test('takes messages of two epochs before the current one, and no older ones', async () => {
    const [graceful, late] = [await message('graceful', bobs), await message('late', bobs)]
    await ours.update()
    await ours.update()
    const sent = await bob.api.procedure('sendMessage', graceful)
    expect(sent).toMatchObject({ seq: 4, epoch: 1 })
    await ours.catchUp()
    expect(ours.read.at(-1)).toMatchObject({ text: 'graceful' })
    await ours.update()
    const wanted = /generation 0, epoch 4; epoch 1 was ended by the commit at seq 2/
    await stage.refuses(() => bob.api.procedure('sendMessage', late), 'EpochMismatch', wanted)
    // What was stored is answered at any epoch.
    expect(await bob.api.procedure('sendMessage', graceful)).toEqual(sent)
  })

  test.each<[string, string, (good: Message) => Promise<object> | object]>([
    ['an epoch to come', 'EpochMismatch', () => ({ epoch: 2 })],
    ['another epoch than the message’s', 'InvalidMlsMessage', () => ({ epoch: 0 })],
    [
      'a commit',
      'InvalidMlsMessage',
      async () => ({ ciphertext: (await ours.group.commit()).commit }),
    ],
    [
      'a commit as a PrivateMessage',
      'InvalidMlsMessage',
      async () => ({
        ciphertext: (await ours.group.commit({ framing: 'private' })).commit,
      }),
    ],
    [
      'a byte after the message',
      'InvalidMlsMessage',
      ({ ciphertext }) => ({
        ciphertext: Uint8Array.from([...ciphertext, 0]),
      }),
    ],
    ['no MLS at all', 'InvalidMlsMessage', () => ({ ciphertext: randomBytes(64) })],
    [
      'another group’s message',
      'InvalidMlsMessage',
      async () => {
        const elsewhere = await alice.createConvo([bob.did])
        return { ciphertext: await elsewhere.group.encrypt('lost') }
      },
    ],
    [
      'too many bytes',
      'TooLarge',
      async () => ({
        ciphertext: await ours.group.encrypt(new Uint8Array(MESSAGE_MAX_BYTES)),
      }),
    ],
    [
      'a msgId of another form',
      'InvalidRequest',
      () => ({ msgId: 'not-an-id-of-any-kind-at-all' }),
    ],
    ['a wrong paddedSize', 'InvalidRequest', () => ({ paddedSize: 1 })],
    ['a delivery of its own', 'InvalidRequest', () => ({ delivery: 'pigeon' })],
  ])('refuses %s: %s', async (_what, error, breaks) => {
    const good = await message('good')
    const bad = { ...good, ...(await breaks(good)) }
    ours.group.drop()
    await stage.refuses(() => alice.api.procedure('sendMessage', bad), error)
    await alice.api.procedure('sendMessage', good)
  })

  test('knows nobody outside, and no former member', async () => {
    const input = await message('hello', bobs)
    await stage.refuses(() => outsider.api.procedure('sendMessage', input), 'ConvoNotFound')
    const nowhere = { ...input, convoId: '00'.repeat(16) }
    await stage.refuses(() => bob.api.procedure('sendMessage', nowhere), 'ConvoNotFound')
    await bob.api.procedure('leaveConvo', { convoId })
    await stage.refuses(() => bob.api.procedure('sendMessage', input), 'NotMember')
    const ephemeral = { ...input, delivery: 'ephemeral' }
    await stage.refuses(() => bob.api.procedure('sendMessage', ephemeral), 'NotMember')
  })
})

describe('sendMessage, ephemeral', () => {
  test('streams to whoever listens, and stores nothing', async () => {
    const reader = await bob.connect()
    const input = { ...(await message('typing')), delivery: 'ephemeral' }
    const answer = await stage.changesNothing(() => alice.api.procedure('sendMessage', input))
    expect(answer).toEqual({
      messageId: input.msgId,
      epoch: 1,
      receivedAt: expect.any(String) as string,
    })
    let event = await reader.next()
    while (event.type !== 'ephemeralEvent') event = await reader.next()
    expect(event).toMatchObject({ convoId, epoch: 1 })
    expect(await bobs.group.decryptText(event.ciphertext)).toBe('typing')
    await bob.disconnect()
  })

  test('is checked like every message, and limited to five a second', async () => {
    const input = { ...(await message('typing')), delivery: 'ephemeral' }
    const future = { ...input, epoch: 7 }
    await stage.refuses(() => alice.api.procedure('sendMessage', future), 'EpochMismatch')
    await stage.refuses(() => outsider.api.procedure('sendMessage', input), 'ConvoNotFound')
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, () => alice.api.procedure('sendMessage', input)),
    )
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ error: 'RateLimitExceeded', status: 429 })
      expect(windowOf(reason)).toEqual({ limit: '5', remaining: '0', policy: '5;w=1', retry: '1' })
    }
  })
})

function windowOf(failure: unknown) {
  const { headers } = failure as XrpcFailure
  return {
    limit: headers.get('ratelimit-limit'),
    remaining: headers.get('ratelimit-remaining'),
    policy: headers.get('ratelimit-policy'),
    retry: headers.get('retry-after'),
  }
}

async function message(text: string, convo = ours): Promise<Message> {
  const { epoch } = convo.group
  return { convoId, msgId: randomUUID(), epoch, ciphertext: await convo.group.encrypt(text) }
}

interface Message {
  convoId: string
  msgId: string
  epoch: number
  ciphertext: Uint8Array
}
