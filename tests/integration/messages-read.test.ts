import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMessages } from '../../src/convo/read/messages.js'
import type { Db } from '../../src/db/types.js'
import { ConvoNotFoundError } from '../../src/errors.js'
import type { ConvoId, Did, Seq } from '../../src/lib/ids.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'
import { pagedSeqs, pagesOf } from '../support/page-through.js'

const [alice, bob, carol, dave, erin, outsider] = 'abcdef'.split('').map(didOf) as [
  Did,
  Did,
  Did,
  Did,
  Did,
  Did,
]
const everybody = { alice, bob, carol, dave, erin }

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Db
beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
})
afterAll(() => database[Symbol.asyncDispose]())

describe('each account reads its own intervals', () => {
  let log: ConvoLog
  beforeAll(async () => {
    log = await ConvoLog.create(db, alice)
    await log.say(2) // 1-2
    await log.commit({
      add: [
        [carol, 'phone'],
        [dave, 'phone'],
        [erin, 'phone'],
      ],
    }) // 3
    await log.say(2) // 4-5
    await log.commit({ add: [[bob, 'phone']] }) // 6
    await log.say(1) // 7
    await log.commit({ remove: [carol, erin] }) // 8
    await log.say(2) // 9-10
    await log.leave(dave)
    await log.say(1) // 11
    await log.commit({ add: [[erin, 'tablet']] }) // 12
    await log.say(1) // 13
  })

  test.each([
    ['the creator reads all', 'alice', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]],
    ['who joined later begins with the commit that added it', 'bob', [6, 7, 8, 9, 10, 11, 12, 13]],
    ['who was removed ends with the commit that did it', 'carol', [3, 4, 5, 6, 7, 8]],
    ['who left ends with the last entry of that time', 'dave', [3, 4, 5, 6, 7, 8, 9, 10]],
    ['who came again has a gap', 'erin', [3, 4, 5, 6, 7, 8, 12, 13]],
  ] as const)('%s', async (_, name, seqs) => {
    const paging = { convoId: log.convoId, did: everybody[name] }
    for (const direction of ['forward', 'backward'] as const) {
      for (const limit of [1, 2, 3, 100]) {
        expect(await pagedSeqs(db, { ...paging, limit, direction })).toEqual(seqs)
      }
    }
  })

  test('from inside a gap one reads on after it, and back before it', async () => {
    const place = { convoId: log.convoId, did: erin, limit: 3 }
    const on = await readMessages(db, { ...place, sinceSeq: 10 as Seq })
    expect(seqsOf(on)).toEqual([12, 13])
    const back = await readMessages(db, { ...place, beforeSeq: 10 as Seq })
    expect(seqsOf(back)).toEqual([6, 7, 8])
    expect([on.hasMore, back.hasMore]).toEqual([false, true])
    const across = await readMessages(db, { ...place, sinceSeq: 6 as Seq })
    expect(across).toMatchObject({ lastSeq: 12, hasMore: true })
  })

  test('what a page leaves out because of an interval is not counted as more', async () => {
    const page = await readMessages(db, {
      convoId: log.convoId,
      did: carol,
      sinceSeq: 5 as Seq,
      limit: 3,
    })
    expect({ seqs: seqsOf(page), hasMore: page.hasMore }).toEqual({
      seqs: [6, 7, 8],
      hasMore: false,
    })
    const control = await readMessages(db, {
      convoId: log.convoId,
      did: alice,
      sinceSeq: 5 as Seq,
      limit: 3,
    })
    expect(control.hasMore).toBe(true)
  })

  test('an outsider, and a conversation that does not exist, are the same', async () => {
    const nowhere = 'ff'.repeat(16) as ConvoId
    for (const place of [{}, { sinceSeq: 0 as Seq }, { beforeSeq: 5 as Seq }]) {
      const error = await readMessages(db, {
        convoId: log.convoId,
        did: outsider,
        limit: 5,
        ...place,
      }).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(ConvoNotFoundError)
      await expect(
        readMessages(db, { convoId: nowhere, did: alice, limit: 5, ...place }),
      ).rejects.toEqual(error)
    }
  })
})

describe('a page', () => {
  let log: ConvoLog
  beforeAll(async () => {
    log = await ConvoLog.create(db, alice)
    await log.say(4)
    await log.commit()
    await log.say(5)
  })
  const read = (place: { sinceSeq?: number; beforeSeq?: number }, limit = 3) =>
    readMessages(db, {
      convoId: log.convoId,
      did: alice,
      sinceSeq: place.sinceSeq as Seq | undefined,
      beforeSeq: place.beforeSeq as Seq | undefined,
      limit,
    })

  test.each([
    ['the newest', {}, [8, 9, 10], 10, true],
    ['the newest before a position', { beforeSeq: 4 }, [1, 2, 3], 3, false],
    ['the newest before the end', { beforeSeq: 11 }, [8, 9, 10], 10, true],
    ['the newest before the first', { beforeSeq: 1 }, [], 0, false],
    ['the oldest', { sinceSeq: 0 }, [1, 2, 3], 3, true],
    ['the oldest after a position', { sinceSeq: 7 }, [8, 9, 10], 10, false],
    ['none after the last', { sinceSeq: 10 }, [], 10, false],
    ['none beyond the end', { sinceSeq: 99 }, [], 99, false],
    ['a range, with more in it', { sinceSeq: 3, beforeSeq: 8 }, [4, 5, 6], 6, true],
    ['a range to its end', { sinceSeq: 4, beforeSeq: 8 }, [5, 6, 7], 7, false],
    ['an empty range', { sinceSeq: 5, beforeSeq: 6 }, [], 5, false],
    ['a range turned round', { sinceSeq: 6, beforeSeq: 3 }, [], 6, false],
  ])('has %s', async (_, place, seqs, lastSeq, hasMore) => {
    const page = await read(place)
    expect({ seqs: seqsOf(page), lastSeq: page.lastSeq, hasMore: page.hasMore }).toEqual({
      seqs,
      lastSeq,
      hasMore,
    })
  })

  test('says of an entry what was written', async () => {
    const { messages } = await read({ sinceSeq: 0 }, 100)
    expect(messages).toEqual(
      log.entries.map(({ id, seq, kind, generation, epoch, ciphertext }) => ({
        id,
        convoId: log.convoId,
        seq,
        messageType: kind,
        generation,
        epoch,
        ciphertext: expect.toSatisfy((bytes: Uint8Array) => !Buffer.compare(bytes, ciphertext)),
        contentHash: createHash('sha256').update(ciphertext).digest('hex'),
        previousHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      })),
    )
    expect(messages.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
  })

  test('has a chain of hashes that a client can check by itself', async () => {
    const { messages } = await read({ sinceSeq: 0 }, 100)
    let previous = Buffer.alloc(32)
    for (const { seq, generation, epoch, messageType, ciphertext, ...said } of messages) {
      const numbers = Buffer.alloc(25)
      numbers.writeBigUInt64BE(BigInt(seq), 0)
      numbers.writeBigUInt64BE(BigInt(generation), 8)
      numbers.writeBigUInt64BE(BigInt(epoch), 16)
      numbers.writeUInt8(messageType === 'commit' ? 2 : 1, 24)
      const content = createHash('sha256').update(ciphertext!).digest()
      const hash = createHash('sha256').update(previous).update(numbers).update(content).digest()
      expect([said.previousHash, said.hash]).toEqual([previous, hash].map((h) => h.toString('hex')))
      previous = hash
    }
    expect(messages).toHaveLength(10)
  })

  test('keeps seq and hashes of an entry whose ciphertext is gone', async () => {
    const [before] = (await read({ sinceSeq: 1 }, 1)).messages
    await db
      .updateTable('messages')
      .set({ ciphertext: null })
      .where('convo_id', '=', log.convoId)
      .where('seq', '=', 2 as Seq)
      .execute()
    const [after] = (await read({ sinceSeq: 1 }, 1)).messages
    const { ciphertext, ...rest } = before!
    expect(ciphertext).toBeDefined()
    expect(after).toEqual(rest)
  })
})

describe('a page of large entries', () => {
  const MIB = 1024 * 1024

  test('stays under 8 MiB in both directions, and none is lost', async () => {
    const log = await ConvoLog.create(db, alice)
    for (let i = 0; i < 4; i++) await log.commit({ bytes: 2 * MIB })
    await log.say(2)
    for (const direction of ['forward', 'backward'] as const) {
      const paging = { convoId: log.convoId, did: alice, limit: 100, direction }
      const pages = await pagesOf(db, paging)
      expect(pages.length).toBeGreaterThan(1)
      for (const page of pages) expect(jsonBytes(page)).toBeLessThan(8 * MIB)
      expect(pages.map(({ hasMore }) => hasMore)).toEqual([
        ...pages.slice(1).map(() => true),
        false,
      ])
      expect(await pagedSeqs(db, paging)).toEqual([1, 2, 3, 4, 5, 6])
    }
  })

  test('has one at least, of the largest size', async () => {
    const log = await ConvoLog.create(db, alice)
    for (let i = 0; i < 2; i++) await log.commit({ bytes: 4 * MIB })
    const paging = { convoId: log.convoId, did: alice, limit: 100, direction: 'forward' } as const
    const pages = await pagesOf(db, paging)
    expect(pages.map(seqsOf)).toEqual([[1], [2]])
  })

  test('control: small ones fill a page', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.say(100)
    const paging = { convoId: log.convoId, did: alice, limit: 100, direction: 'forward' } as const
    expect((await pagesOf(db, paging)).map((page) => seqsOf(page).length)).toEqual([100])
  })
})

function seqsOf({ messages }: { messages: { seq: number }[] }): number[] {
  return messages.map(({ seq }) => seq)
}

/** As the server writes it: bytes as base64 in `$bytes`. */
function jsonBytes(page: { messages: { ciphertext?: Uint8Array }[] }): number {
  const messages = page.messages.map(({ ciphertext, ...rest }) => ({
    ...rest,
    ciphertext: ciphertext && { $bytes: Buffer.from(ciphertext).toString('base64') },
  }))
  return JSON.stringify({ ...page, messages }).length
}
