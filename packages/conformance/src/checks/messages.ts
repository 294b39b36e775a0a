import { randomUUID } from 'node:crypto'
import { withTrailingByte } from '../mls/index.js'
import type { Outcome } from '../service/caller.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal } from '../suite/finding.js'
import { range } from './log.js'

/** Messages: what is taken, how often, and how it is paged through. */
export const messages = group('messages', {
  sent: {
    promise: 'a message is answered with its id, its seq and its epoch, and all others read it',
    contract: '§4 sendMessage',
    hint: 'messageId = messageView.id = msgId',
    async run(stage) {
      const { people, convos } = await stage.met(3)
      const [ours] = convos
      const message = await ours!.message('hello')
      const answer = await people[0]!.call('sendMessage', message)
      const { messageId, seq, epoch } = answer
      const wanted = { messageId: message.msgId, seq: 2, epoch: message.epoch }
      expectEqual({ messageId, seq, epoch }, wanted, 'the answer')
      for (const convo of convos.slice(1)) {
        await convo.catchUp()
        expectEqual(convo.read, ['hello'], 'what another member reads')
      }
    },
  },
  repeated: {
    promise: 'the same message again has the same answer, and is stored once',
    contract: '§2.8, §4 sendMessage',
    hint: 'recognise it by (conversation, msgId) and its bytes; also at once, and an epoch later',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice] = people
      const message = await convos[0]!.message('once')
      const send = () => alice!.call('sendMessage', message)
      const answers = await Promise.all([send(), send(), send()])
      for (const { seq } of answers) expectEqual(seq, answers[0]?.seq, 'the seq, at once')
      for (let i = 0; i < 4; i++) await convos[1]!.commit()
      expectEqual(await send(), answers[0], 'the answer, epochs later')
      const entries = await alice!.log(convoId)
      const stored = entries.filter(({ id }) => id === message.msgId)
      expectEqual(stored.length, 1, 'entries of the message')
    },
  },
  'id-conflict': {
    promise: 'another message under a msgId that is taken is refused',
    contract: '§3, §7',
    hint: 'MessageIdConflict tells a client that an earlier attempt was stored',
    async run(stage) {
      const { people, convos } = await stage.met(2)
      const { msgId } = await convos[0]!.send('first')
      const second = await convos[0]!.message('second', { msgId })
      const call = people[0]!.call('sendMessage', second)
      await expectRefusal(call, 'MessageIdConflict', 'other bytes')
    },
  },
  'id-form': {
    promise: 'msgId is a ULID or a UUID',
    contract: '§4 sendMessage',
    hint: 'refuse everything else, so that no id says anything',
    async run(stage) {
      const { people, convos } = await stage.met(1)
      for (const msgId of ['', '1', 'hello world', `${randomUUID()}x`]) {
        const message = await convos[0]!.message('x', { msgId })
        const call = people[0]!.call('sendMessage', message)
        await expectRefusal(call, 'InvalidRequest', `msgId “${msgId}”`)
      }
      const ulid = await convos[0]!.message('x', { msgId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' })
      await people[0]!.call('sendMessage', ulid)
    },
  },
  'epoch-grace': {
    promise: 'messages of the epochs of grace are taken, older ones are not',
    contract: '§4 sendMessage',
    hint: 'EPOCH_GRACE, told by describeServer; EpochMismatch names the current epoch',
    async run(stage) {
      const { epochGrace } = stage.description
      const { people, convos } = await stage.met(2)
      const [ours, bobs] = convos
      const oldest = await ours!.message('too old')
      await bobs!.commit()
      await ours!.catchUp()
      const last = await ours!.message('just in time')
      for (let i = 0; i < epochGrace; i++) await bobs!.commit()
      await people[0]!.call('sendMessage', last)
      const call = people[0]!.call('sendMessage', oldest)
      await expectRefusal(call, 'EpochMismatch', `a message of ${epochGrace + 1} epochs before`)
    },
  },
  'what-it-says': {
    promise: 'the message is of the group and epoch that is said, and complete',
    contract: '§4 sendMessage',
    hint: 'read group id, epoch and content type from the PrivateMessage; no bytes after it',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice] = people
      const other = await alice!.createConvo([])
      const good = await convos[0]!.message('x')
      const commit = await convos[0]!.group.commit({ framing: 'private' })
      convos[0]!.group.drop()
      const elsewhere = await other.message('x')
      const bad: [string, object][] = [
        ['another epoch than said', { ...good, epoch: good.epoch - 1 }],
        ['a byte after it', { ...good, ciphertext: withTrailingByte(good.ciphertext) }],
        ['a byte less', { ...good, ciphertext: good.ciphertext.slice(0, -1) }],
        ['no MLSMessage', { ...good, ciphertext: new TextEncoder().encode('plain text') }],
        ['nothing', { ...good, ciphertext: new Uint8Array() }],
        ['a commit', { ...good, ciphertext: commit.commit }],
        ['a GroupInfo', { ...good, ciphertext: commit.groupInfo }],
        ['a message of another group', { ...elsewhere, convoId, epoch: good.epoch }],
      ]
      const wanted = ['InvalidMlsMessage', 'InvalidRequest', 'EpochMismatch']
      for (const [what, message] of bad) {
        const call = alice!.call('sendMessage', { ...message, msgId: randomUUID() })
        await expectRefusal(call, wanted, what)
      }
      await alice!.call('sendMessage', good)
    },
  },
  'future-epoch': {
    promise: 'a message of an epoch that is not there yet is refused',
    contract: '§4 sendMessage',
    hint: 'the current epoch and those of grace, no other',
    async run(stage) {
      const { people, convos } = await stage.met(2)
      const [ours] = convos
      await ours!.group.commit()
      ours!.group.adopt()
      const call = people[0]!.call('sendMessage', await ours!.message('early'))
      await expectRefusal(call, 'EpochMismatch', 'a message of an epoch whose commit was not sent')
    },
  },
  'no-sender': {
    promise: 'an entry does not say who sent it',
    contract: '§2.9',
    hint: 'check that the sender is a member, and forget who it was',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      await convos[0]!.send('anonymous')
      const params = { sent: { convoId, sinceSeq: 1 } }
      const page: Outcome = await people[1]!.caller.attempt('getMessages', params)
      const text = Buffer.from(page.bytes).toString()
      for (const { did, deviceId } of people) {
        expect(!text.includes(did), 'no DID in what getMessages answers', did)
        expect(!text.includes(deviceId), 'no device in what getMessages answers', deviceId)
      }
    },
  },
  paging: {
    promise:
      'getMessages pages in both directions, bounds excluded, and says whether there is more',
    contract: '§4 getMessages',
    hint: 'sinceSeq: the oldest after it; else the newest before beforeSeq or the end; always ascending',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(1)
      for (let i = 0; i < 7; i++) await convos[0]!.send(`${i}`)
      const page = async (params: object) => {
        const {
          messages: seen,
          lastSeq,
          hasMore,
        } = await people[0]!.call('getMessages', {
          convoId,
          ...params,
        })
        return [seen.map(({ seq }) => seq), lastSeq, hasMore]
      }
      const expectPage = async (params: object, wanted: unknown) =>
        expectEqual(
          await page(params),
          wanted,
          `seqs, lastSeq and hasMore of ${JSON.stringify(params)}`,
        )
      await expectPage({ sinceSeq: 0, limit: 3 }, [[1, 2, 3], 3, true])
      await expectPage({ sinceSeq: 3, limit: 3 }, [[4, 5, 6], 6, true])
      await expectPage({ sinceSeq: 6, limit: 3 }, [[7], 7, false])
      await expectPage({ sinceSeq: 4, limit: 3 }, [[5, 6, 7], 7, false])
      await expectPage({ sinceSeq: 7 }, [[], 7, false])
      await expectPage({ limit: 3 }, [[5, 6, 7], 7, true])
      await expectPage({ beforeSeq: 5, limit: 3 }, [[2, 3, 4], 4, true])
      await expectPage({ beforeSeq: 3, limit: 3 }, [[1, 2], 2, false])
      await expectPage({ beforeSeq: 1 }, [[], 0, false])
    },
  },
  'too-large': {
    promise: 'a message over the limit that describeServer tells is refused as TooLarge',
    contract: '§8',
    hint: 'limits first, before anything is decoded',
    async run(stage) {
      const { messageBytes } = stage.description.limits
      const { people, convos } = await stage.met(1)
      const [ours] = convos
      const big = await ours!.message('x'.repeat(messageBytes))
      await expectRefusal(
        people[0]!.call('sendMessage', big),
        ['TooLarge', 'InvalidRequest'],
        'too large',
      )
      const fits = await ours!.message('x'.repeat(messageBytes - 4_096))
      await people[0]!.call('sendMessage', fits)
    },
  },
  ephemeral: {
    promise: 'an ephemeral message is streamed to who listens now, and kept nowhere',
    contract: '§4 sendMessage',
    hint: 'no seq, no entry, an event without a cursor',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice, bob] = people
      await using stream = await bob!.socket()
      const message = await convos[0]!.message('typing', { delivery: 'ephemeral' })
      const answer = await alice!.call('sendMessage', message)
      expectEqual(answer.seq, undefined, 'seq of an ephemeral message')
      const event = await stream.queue.until(({ type }) => type === 'ephemeralEvent')
      expectEqual(
        [event.convoId, event.epoch, event.ciphertext, event.cursor],
        [convoId, message.epoch, message.ciphertext, undefined],
        'the event: convoId, epoch, ciphertext, cursor',
      )
      const seqs = (await alice!.log(convoId)).map(({ seq }) => seq)
      expectEqual(seqs, range(1, 1), 'the log')
    },
  },
})
