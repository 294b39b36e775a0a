import type { MessageView } from '../service/methods.js'
import type { EventQueue, StreamEvent } from '../service/event-queue.js'
import { StreamRefused } from '../service/socket-stream.js'
import { SSE_ID } from '../service/sse-stream.js'
import type { EventStream } from '../service/stream.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, Finding } from '../suite/finding.js'
import { range } from './log.js'

const SENT = 8

/** Events over WebSocket and over Server-Sent Events. */
export const stream = group('stream', {
  'all-messages': {
    promise: 'every entry of the log reaches who may read it, in the order of the log',
    contract: '§2.6',
    hint: 'one order of events: by (xid, id) below the snapshot’s xmin, never by a serial alone',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      await using open = await people[1]!.socket()
      const last = await sendSome(convos[0]!)
      await open.queue.until(isEntry(convoId, last))
      const heard = seqsSent(open.queue, convoId)
      expectEqual(heard, range(2, last), 'the seqs on the stream, each where it came first')
    },
  },
  'same-entries': {
    promise: 'an event carries the entry as the log has it',
    contract: '§4 stream',
    hint: 'events point to the log and carry no copy of their own',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      await using open = await people[1]!.socket()
      const last = await sendSome(convos[0]!)
      await open.queue.until(isEntry(convoId, last))
      const entries = await people[1]!.log(convoId)
      for (const heard of entriesIn(open.queue, convoId)) {
        expectEqual(
          heard,
          entries.find(({ seq }) => seq === heard.seq),
          `the event of seq ${heard.seq}`,
        )
      }
    },
  },
  resumes: {
    promise: 'from a cursor the stream goes on with the very next event, whatever came in between',
    contract: '§4 stream, §2.6',
    hint: 'a cursor is exclusive; what came while nobody listened is not lost',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [ours] = convos
      const cursors: string[] = []
      {
        await using open = await people[1]!.socket()
        for (let i = 0; i < 3; i++) await ours!.send(`heard ${i}`)
        await open.queue.until(isEntry(convoId, 4))
        for (const seq of range(2, 4)) {
          cursors.push(String((await open.queue.until(isEntry(convoId, seq))).cursor))
        }
      }
      await ours!.commit()
      await ours!.send('unheard')
      for (const [index, cursor] of cursors.entries()) {
        await using again = await people[1]!.socket({ cursor })
        await again.queue.until(isEntry(convoId, 6))
        expectEqual(
          seqsSent(again.queue, convoId),
          range(index + 3, 6),
          `the seqs after the cursor of seq ${index + 2}`,
        )
      }
    },
  },
  'sse-same-events': {
    promise: 'Server-Sent Events are the same events, with the cursor as id',
    contract: '§4 stream',
    hint: 'one generator for both transports; streamConvoEvents is another path for SSE',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      await using socket = await people[1]!.socket()
      await using one = await people[1]!.sse()
      await using other = await people[1]!.sse({ path: 'streamConvoEvents' })
      const last = await sendSome(convos[0]!)
      const all = [socket, one, other].map(({ queue }) => queue)
      for (const queue of all) await queue.until(isEntry(convoId, last))
      // Each began at a moment of its own: what they share is what was sent since.
      const sent = ({ events }: EventQueue) =>
        events.filter((event) => range(2, last).some((seq) => isEntry(convoId, seq)(event)))
      const [wanted, ...others] = all.map((queue) => sent(queue).map(({ cursor }) => cursor))
      expectEqual(wanted?.length, last - 1, 'events over WebSocket')
      for (const seen of others) expectEqual(seen, wanted, 'the cursors of the events')
      for (const event of one.queue.events) {
        expectEqual(event[SSE_ID], event.cursor, 'the id of an event’s block')
      }
    },
  },
  'sse-resumes': {
    promise: 'Last-Event-ID resumes Server-Sent Events',
    contract: '§4 stream',
    hint: 'a browser sends it by itself after a reconnect',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const open = await people[1]!.sse()
      await convos[0]!.send('heard')
      const heard = await open.queue.until(isEntry(convoId, 2))
      await open[Symbol.asyncDispose]()
      const lastEventId = String(heard.cursor)
      await convos[0]!.send('unheard')
      await using again = await people[1]!.sse({ lastEventId })
      await again.queue.until(isEntry(convoId, 3))
      expectEqual(seqsSent(again.queue, convoId), [3], 'the seqs after it')
    },
  },
  cursors: {
    promise: 'a cursor that the service never gave is refused',
    contract: '§4 stream',
    hint: 'read it strictly: InvalidCursor, or FutureCursor where it could be one',
    async run(stage) {
      const [person] = await stage.people(1)
      for (const cursor of ['x', '-1', '💥', 'a'.repeat(3_000)]) {
        const error = await refusal(() => person!.socket({ cursor }))
        expect(
          /^(?:Invalid|Future)Cursor$|^InvalidRequest$|^HTTP 4/.test(error),
          'InvalidCursor',
          error,
        )
      }
    },
  },
  ticket: {
    promise: 'a ticket opens one stream, and nothing else does without a token',
    contract: '§3, §4 getSubscriptionTicket',
    hint: 'one use, 30 seconds; BadTicket for any other; AuthMissing without either',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [, bob] = people
      const { ticket, endpoint, expiresAt } = await bob!.call('getSubscriptionTicket', {
        deviceId: bob!.deviceId,
      })
      expect(/^wss?:\/\//.test(endpoint), 'a ws address as endpoint', endpoint)
      expect(Date.parse(expiresAt) > Date.now() - 60_000, 'an end in the future', expiresAt)
      {
        await using open = await bob!.socket({ ticket })
        await convos[0]!.send('by ticket')
        await open.queue.until(isEntry(convoId, 2))
      }
      expectEqual(await refusal(() => bob!.socket({ ticket })), 'BadTicket', 'a used ticket')
      expectEqual(await refusal(() => bob!.sse({ ticket: 'x' })), 'BadTicket', 'no ticket')
      expectEqual(await refusal(() => bob!.socket({ token: '' })), 'AuthMissing', 'neither')
    },
  },
  'one-conversation': {
    promise: 'with convoId the stream is of that conversation alone',
    contract: '§4 stream',
    hint: 'and ConvoNotFound where the caller never was in it',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const other = await people[0]!.createConvo([people[1]!.did])
      await using open = await people[1]!.socket({ convoId })
      await other.send('elsewhere')
      await convos[0]!.send('here')
      await open.queue.until(isEntry(convoId, 2))
      const elsewhere = open.queue.events.filter((event) => convoOf(event) === other.convoId)
      expectEqual(elsewhere.length, 0, 'events of the other conversation')
      const [stranger] = await stage.people(1)
      const error = await refusal(() => stranger!.socket({ convoId }))
      expectEqual(error, 'ConvoNotFound', 'a stream of a stranger')
    },
  },
  'members-only': {
    promise: 'entries from before joining and after leaving are on no stream of that account',
    contract: '§2.7',
    hint: 'the stream is bounded by the same intervals as the log',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      const [alice, bob, carol] = people
      const [late] = await stage.people(1)
      await using theirs = await late!.socket()
      await using bobs = await bob!.socket()
      await using all = await carol!.socket()
      await convos[0]!.send('before')
      const { seq: joined } = await convos[0]!.add([late!.did])
      const { seq: left } = await bob!.call('leaveConvo', { convoId })
      const { seq: last } = await convos[0]!.send('after')
      await all.queue.until(isEntry(convoId, last))
      await theirs.queue.until(isEntry(convoId, last))
      const early = entriesIn(theirs.queue, convoId).filter(({ seq }) => seq < joined)
      expectEqual(early, [], 'entries on the stream of who joined, from before it')
      // An event of the account itself comes after all that it may have been shown.
      await alice!.call('acceptConvo', { convoId })
      const fresh = await bob!.createConvo([])
      await fresh.send('mark')
      await bobs.queue.until(isEntry(fresh.convoId, 1))
      const after = entriesIn(bobs.queue, convoId).filter(({ seq }) => seq > left)
      expectEqual(after, [], 'entries on the stream of who left, from after it')
    },
  },
  'own-events-only': {
    promise: 'welcome, read and key package events are for the account that they are about',
    contract: '§4 stream',
    hint: 'what one has read is nobody else’s business',
    async run(stage) {
      const [alice, bob] = await stage.people(2)
      await using alices = await alice!.socket()
      await using bobs = await bob!.socket()
      const convo = await alice!.createConvo([bob!.did])
      const { convoId } = convo
      const { deviceId } = bob!
      await bob!.call('acceptConvo', { convoId })
      await convo.send('x')
      await bob!.call('updateCursor', { convoId, seq: 2 })
      const isOf = (wanted: string) => (event: StreamEvent) =>
        event.type === wanted && event.convoId === convoId
      const welcome = await bobs.queue.until(isOf('welcomeEvent'))
      expectEqual(welcome.deviceId, deviceId, 'the device of the welcomeEvent')
      const read = await bobs.queue.until(isOf('readEvent'))
      expectEqual(read.seq, 2, 'the seq of the readEvent')
      await convo.send('mark')
      await alices.queue.until(isEntry(convoId, 3))
      const wrong = (event: StreamEvent) =>
        isOf('welcomeEvent')(event) ||
        isOf('readEvent')(event) ||
        (event.type === 'keyPackagesEvent' && event.deviceId === deviceId)
      const told = alices.queue.events.filter(wrong).map(({ type }) => type)
      expectEqual(told, [], 'such events on the other account’s stream')
    },
  },
  'tells-changes': {
    promise:
      'the stream tells of members who join, leave, are removed or change roles, and of conversations',
    contract: '§4 events',
    hint: 'an event for each effect of a commit, in its transaction',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      const [alice, bob, carol] = people
      await using open = await alice!.socket()
      const [late] = await stage.people(1)
      await convos[0]!.add([late!.did])
      await alice!.call('setMemberRole', { convoId, did: carol!.did, role: 'moderator' })
      await bob!.call('leaveConvo', { convoId })
      await convos[0]!.commit({ remove: convos[0]!.leavesOf([bob!.did]) })
      await convos[0]!.remove([carol!.did])
      await alice!.call('updateConvo', { convoId, metadata: { name: 'Cats' } })
      await open.queue.until(({ type, action }) => type === 'convoEvent' && action === 'updated')
      const changes = open.queue.events.filter(({ type }) => type === 'membershipChangeEvent')
      for (const [did, action] of [
        [late!.did, 'joined'],
        [carol!.did, 'roleChanged'],
        [bob!.did, 'left'],
        [carol!.did, 'removed'],
      ]) {
        const told = changes.some((one) => one.did === did && one.action === action)
        expect(
          told,
          `${action} of ${did}`,
          changes.map((one) => `${String(one.action)} ${String(one.did)}`),
        )
      }
    },
  },
})

async function sendSome(convo: { send(text: string): Promise<{ seq: number }> }): Promise<number> {
  let last = 0
  for (let i = 0; i < SENT; i++) last = (await convo.send(`${i}`)).seq
  return last
}

function isEntry(convoId: string, seq: number) {
  return (event: StreamEvent): boolean => {
    const message = event.message as MessageView | undefined
    return message?.convoId === convoId && message.seq === seq
  }
}

function entriesIn({ events }: EventQueue, convoId: string): MessageView[] {
  return events.flatMap(({ type, message }) => {
    const entry = message as MessageView
    return type === 'messageEvent' && entry.convoId === convoId ? [entry] : []
  })
}

/**
 * The seqs after the first, which is that of the founding and may still be on its way when a stream
 * begins. Events come at least once: of each seq the first counts.
 */
function seqsSent(queue: EventQueue, convoId: string): number[] {
  const seqs = entriesIn(queue, convoId).map(({ seq }) => seq)
  return [...new Set(seqs)].filter((seq) => seq > 1)
}

function convoOf({ convoId, message }: StreamEvent): unknown {
  return convoId ?? (message as MessageView | undefined)?.convoId
}

/** The name of the error with which a stream is refused: as the answer, or as its first frame. */
async function refusal(open: () => Promise<EventStream>): Promise<string> {
  try {
    await using stream = await open()
    await stream.queue.ended()
    return stream.queue.error ?? 'the stream ended without an error'
  } catch (error) {
    if (error instanceof StreamRefused) return error.error
    if (error instanceof Error && /stays open/.test(error.message)) {
      throw new Finding('that the stream is refused', 'it is open')
    }
    throw error
  }
}
