import { randomUUID } from 'node:crypto'
import { type Fault, type FaultHooks, inAnswers, type Json, type ProxiedEvent } from '../fault.js'

/** What goes wrong between those who send and those who read. */
export const deliveryFaults: Fault[] = [
  {
    name: 'entries-before-joining',
    does: 'shows who joins what others read before',
    caughtBy: ['reading.not-before-joining'],
    begin: () => withOthersEntries((known, shown) => known.seq < shown[0]!.seq),
  },
  {
    name: 'entries-after-leaving',
    does: 'shows who left what others read since',
    caughtBy: ['reading.not-after-leaving'],
    begin: () => withOthersEntries((known, shown) => known.seq > shown.at(-1)!.seq),
  },
  {
    name: 'store-again',
    does: 'takes a message that is sent again for another one',
    caughtBy: ['messages.repeated'],
    begin() {
      const seen = new Set<string>()
      return {
        call({ method, input }) {
          if (method !== 'sendMessage') return undefined
          if (seen.has(input.msgId as string)) input.msgId = randomUUID()
          seen.add(input.msgId as string)
          return undefined
        },
      }
    },
  },
  {
    name: 'name-senders',
    does: 'remembers who sent a message, and tells',
    caughtBy: ['messages.no-sender'],
    begin() {
      const senders = new Map<string, string>()
      return {
        call({ method, input, did }) {
          if (method === 'sendMessage') senders.set(input.msgId as string, did)
          return undefined
        },
        ...inAnswers('getMessages', (json) => {
          for (const entry of json.messages as Json[])
            entry.sender = senders.get(entry.id as string)
        }),
      }
    },
  },
  {
    name: 'keep-ephemeral',
    does: 'stores messages that are for who listens now',
    caughtBy: ['messages.ephemeral'],
    begin: () => ({
      call({ method, input }) {
        if (method === 'sendMessage') delete input.delivery
        return undefined
      },
    }),
  },
  {
    name: 'welcome-to-all-devices',
    does: 'gives a welcome that one device has fetched to the others as well',
    caughtBy: ['welcomes.only-named-devices'],
    begin() {
      const known: Json[] = []
      return inAnswers('getWelcomes', (json) => {
        const own = json.welcomes as Json[]
        json.welcomes = [...own, ...known.filter((one) => !own.includes(one))]
        known.push(...own)
      })
    },
  },
  {
    name: 'forget-acknowledgements',
    does: 'takes the acknowledgement of a welcome, and does nothing',
    caughtBy: ['welcomes.acknowledged'],
    begin: () => ({
      call: ({ method }) =>
        method === 'ackWelcome' ? { status: 200, json: undefined } : undefined,
    }),
  },
  {
    name: 'lose-event',
    does: 'loses every fourth entry on its way over a stream',
    caughtBy: ['stream.all-messages'],
    begin: () => inEntries((event) => (seqOf(event) % 4 === 0 ? [] : [event])),
  },
  {
    name: 'lose-sse-event',
    does: 'loses entries that go as Server-Sent Events',
    caughtBy: ['stream.sse-same-events'],
    begin: () =>
      inEntries((event) => (event.transport === 'sse' && seqOf(event) % 4 === 0 ? [] : [event])),
  },
  {
    name: 'swap-events',
    does: 'sends entries over a stream in the wrong order',
    caughtBy: ['stream.all-messages'],
    begin() {
      const held = new Map<string, ProxiedEvent>()
      return inEntries((event) => {
        const before = held.get(event.did)
        held.delete(event.did)
        if (before !== undefined) return [event, before]
        if (seqOf(event) % 2 === 1) return [event]
        held.set(event.did, event)
        return []
      })
    },
  },
  {
    name: 'alter-event',
    does: 'sends entries over a stream with another content than the log has',
    caughtBy: ['stream.same-entries'],
    begin: () =>
      inEntries((event) => {
        const { message } = event.body
        const hash = 'ab'.repeat(32)
        return [{ ...event, body: { ...event.body, message: { ...message, hash } } }]
      }),
  },
  {
    name: 'tell-everybody',
    does: 'tells others what one has read',
    caughtBy: ['stream.own-events-only'],
    begin() {
      const read: ProxiedEvent[] = []
      return {
        event(event) {
          if (event.type === 'readEvent') read.push(event)
          const others = read.filter(({ did }) => did !== event.did)
          return [...others.map(({ type, body }) => ({ ...event, type, body })), event]
        },
      }
    },
  },
  {
    name: 'alter-blob',
    does: 'turns over a bit of every blob',
    caughtBy: ['blobs.same-bytes', 'blobs.ranges'],
    begin: () => ({
      answer({ method }, { bytes, status }) {
        if (method === 'getBlob' && status < 300 && bytes?.length) bytes[0]! ^= 1
        return undefined
      },
    }),
  },
]

/** Adds entries that others were shown, where `isMissed` says so. */
function withOthersEntries(isMissed: (known: Json, shown: Json[]) => boolean): FaultHooks {
  const known = new Map<string, Json>()
  return inAnswers('getMessages', (json) => {
    const shown = json.messages as Json[]
    if (shown.length === 0) return
    const { convoId } = shown[0]!
    const missed = [...known.values()].filter(
      (one) => one.convoId === convoId && isMissed(one, shown),
    )
    for (const entry of shown) known.set(entry.hash as string, entry)
    json.messages = [...shown, ...missed].sort((a, b) => a.seq - b.seq)
  })
}

function inEntries(change: (event: ProxiedEvent) => ProxiedEvent[]): FaultHooks {
  return { event: (event) => (event.type === 'messageEvent' ? change(event) : [event]) }
}

function seqOf({ body }: ProxiedEvent): number {
  return body.message.seq as number
}
