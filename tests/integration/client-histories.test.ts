import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHash } from 'node:crypto'
import { serviceTokens } from '../../packages/client/src/index.js'
import type { Auth, ClientEvent } from '../../packages/client/src/index.js'
import type { TestAccount } from '../support/plc.js'
import { SdkStage } from '../support/sdk.js'
import { startService } from '../support/service.js'
import type { TestService } from '../support/service.js'

let service: TestService
let stage: SdkStage
beforeAll(async () => {
  service = await startService()
  stage = new SdkStage(service)
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

test('control: an honest service shows one history', async () => {
  const { alice, bob, convoId, show } = await scene()
  await alice.mls.conversation(convoId).send('first')
  await bob.mls.sync()
  await bob.mls.conversation(convoId).send('second')
  await alice.mls.sync()
  expect(show.changed).toBe(0)
  expect(await alice.texts(convoId)).toEqual(['first', 'second'])
  expect(troubles([...alice.events, ...bob.events])).toEqual([])
  expect(alice.mls.conversation(convoId).fork).toBeUndefined()
})

test('a service that hides an entry from one member is found out by the other', async () => {
  const { alice, bob, convoId, show } = await scene()
  await alice.mls.conversation(convoId).send('please keep this between us')
  // Bob gets another text at its place, with hashes that fit each other.
  show.entries = forger()
  await bob.mls.sync()
  expect(show.changed).toBeGreaterThan(0)
  expect(await bob.texts(convoId)).toEqual([])
  await bob.mls.conversation(convoId).send('I never got anything')
  await alice.mls.sync()
  const fork = alice.mls.conversation(convoId).fork
  expect(fork).toMatchObject({ by: { did: bob.did } })
  expect(fork!.ownHash).not.toBe(fork!.theirHash)
  expect(troubles(alice.events)).toContain('twoHistories')
})

test.each<[string, (entries: Entry[]) => Entry[]]>([
  ['leaves out an entry', (entries) => entries.slice(1)],
  ['changes a hash', (entries) => entries.map((entry) => ({ ...entry, hash: '00'.repeat(32) }))],
  ['changes the order', (entries) => entries.toReversed()],
  [
    'shows an entry under another position',
    (entries) => entries.map((entry) => ({ ...entry, seq: entry.seq + 1 })),
  ],
])('a service that %s is not believed, and believed again afterwards', async (_what, change) => {
  const { alice, bob, convoId, show } = await scene()
  await alice.mls.conversation(convoId).send('first')
  await alice.mls.conversation(convoId).send('second')
  show.entries = change
  await bob.mls.sync()
  expect(troubles(bob.events)).toContain('trouble')
  expect(await bob.texts(convoId)).not.toEqual(['first', 'second'])
  show.entries = (entries) => entries
  await bob.mls.sync()
  expect(await bob.texts(convoId)).toEqual(['first', 'second'])
})

/** Two members of one conversation; what Bob is shown of its log can be changed from then on. */
async function scene() {
  const show: Show = { entries: (entries) => entries, changed: 0 }
  const alice = await stage.open()
  const account = await service.createAccount()
  const bob = await stage.open({ account, auth: lying(account, show) })
  await alice.mls.sync()
  await bob.mls.sync()
  const convo = await alice.mls.create({ people: [bob.did] })
  await bob.mls.sync()
  return { alice, bob, convoId: convo.id, show }
}

/** A service between this account and the real one, as far as its log goes. */
function lying(account: TestAccount, show: Show): Auth {
  const honest = serviceTokens(account.did, (claims) => account.token(claims))
  return {
    ...honest,
    async fetch(call, address) {
      const answer = await honest.fetch(call, address)
      if (!call.nsid.endsWith('.getMessages') || !answer.ok) return answer
      const page = (await answer.json()) as { messages: Entry[] }
      const messages = show.entries(page.messages)
      if (JSON.stringify(messages) !== JSON.stringify(page.messages)) show.changed += 1
      return Response.json({ ...page, messages })
    },
  }
}

/** Replaces what the first message says by bytes of no meaning, and chains all after it anew. */
function forger(): Show['entries'] {
  const hashes = new Map<number, string>()
  return (entries) =>
    entries.map((entry) => {
      const previous = hashes.get(entry.seq - 1)
      const isFirst = hashes.size === 0 && entry.messageType === 'application'
      if (previous === undefined && !isFirst) return entry
      const bytes = isFirst ? Buffer.from('nothing of note') : contentOf(entry)
      const again = {
        ...entry,
        ciphertext: { $bytes: bytes.toString('base64').replace(/=+$/, '') },
        previousHash: previous ?? entry.previousHash,
      }
      again.hash = hashOf(again, bytes)
      hashes.set(entry.seq, again.hash)
      return again
    })
}

function hashOf(entry: Entry, content: Buffer): string {
  const numbers = Buffer.alloc(25)
  numbers.writeBigUInt64BE(BigInt(entry.seq), 0)
  numbers.writeBigUInt64BE(BigInt(entry.generation), 8)
  numbers.writeBigUInt64BE(BigInt(entry.epoch), 16)
  numbers.writeUInt8(entry.messageType === 'commit' ? 2 : 1, 24)
  return createHash('sha256')
    .update(Buffer.from(entry.previousHash, 'hex'))
    .update(numbers)
    .update(createHash('sha256').update(content).digest())
    .digest('hex')
}

function contentOf({ ciphertext }: Entry): Buffer {
  return Buffer.from(ciphertext.$bytes, 'base64')
}

function troubles(events: ClientEvent[]): string[] {
  const bad = ['trouble', 'twoHistories', 'rosterMismatch']
  return events.map(({ type }) => type).filter((type) => bad.includes(type))
}

interface Show {
  entries(entries: Entry[]): Entry[]
  changed: number
}

interface Entry {
  seq: number
  generation: number
  epoch: number
  messageType: string
  previousHash: string
  hash: string
  ciphertext: { $bytes: string }
}
