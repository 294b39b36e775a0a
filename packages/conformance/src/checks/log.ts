import { expect, expectEqual } from '../suite/finding.js'
import { group } from '../suite/check.js'
import type { Stage } from '../stage/stage.js'
import { entryHash, NO_ENTRY_BEFORE, sha256 } from './entry-hash.js'

const SENT = 6

/** The order of a conversation's log, and that it can be audited. */
export const log = group('log', {
  'no-gaps': {
    promise: 'seq is 1, 2, 3 … without gaps',
    contract: '§2.2',
    hint: 'seq must come from the conversation itself, counted in the transaction that writes the entry',
    async run(stage) {
      const { seqs, last } = await written(stage)
      const missing = range(1, last).filter((seq) => !seqs.includes(seq))
      expectEqual(missing, [], 'seqs missing from the log')
    },
  },
  'no-repeats': {
    promise: 'no seq comes twice',
    contract: '§2.2',
    hint: 'two entries took the same seq, or a page answers one twice',
    async run(stage) {
      const { seqs, ids } = await written(stage)
      expectEqual(repeated(seqs), [], 'seqs that come twice')
      expectEqual(repeated(ids), [], 'ids that come twice')
    },
  },
  ascending: {
    promise: 'the log is answered in ascending order',
    contract: '§2.2, §4 getMessages',
    hint: 'getMessages must order by seq, in both directions',
    async run(stage) {
      const { seqs, page } = await written(stage)
      expectEqual(
        seqs,
        seqs.toSorted((a, b) => a - b),
        'the order of the log',
      )
      const backwards = page.map(({ seq }) => seq)
      expectEqual(
        backwards,
        backwards.toSorted((a, b) => a - b),
        'the order of a page before a seq',
      )
    },
  },
  'hash-chain': {
    promise: 'every entry’s hash follows from its content and the hash before it',
    contract: '§2.10',
    hint: 'SHA-256(previousHash ‖ uint64 seq ‖ uint64 generation ‖ uint64 epoch ‖ uint8 kind ‖ SHA-256(ciphertext)), big-endian',
    async run(stage) {
      const { entries, view } = await written(stage)
      let before = NO_ENTRY_BEFORE
      for (const entry of entries) {
        expectEqual(entry.previousHash, before, `previousHash of seq ${entry.seq}`)
        expectEqual(entry.hash, entryHash(entry), `hash of seq ${entry.seq}`)
        before = entry.hash
      }
      expectEqual(view.hash, before, 'hash in the conversation’s view')
    },
  },
  'anchor-in-the-middle': {
    promise: 'previousHash anchors a run that begins in the middle of the log',
    contract: '§2.10',
    hint: 'an entry carries the hash of the entry before it whether or not the reader may see that one',
    async run(stage) {
      const { convoId, convos } = await stage.met(1)
      const [ours] = convos
      for (let i = 0; i < 3; i++) await ours!.send(`${i}`)
      const late = await stage.people(1)
      await ours!.add([late[0]!.did])
      await ours!.send('after')
      const whole = await ours!.person.log(convoId)
      const partial = await late[0]!.log(convoId)
      expect(partial.length > 0, 'entries to read for who came late', partial)
      for (const entry of partial) {
        const same = whole.find(({ seq }) => seq === entry.seq)
        expectEqual(entry.previousHash, same?.previousHash, `previousHash of seq ${entry.seq}`)
        expectEqual(entry.hash, entryHash(entry), `hash of seq ${entry.seq}`)
      }
    },
  },
  'one-log-for-all': {
    promise: 'all members are shown the same entries with the same hashes',
    contract: '§2.2, §2.10',
    hint: 'a log is written once and read by everybody; nothing in an entry depends on who reads it',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      for (const [i, convo] of convos.entries()) {
        await convo.catchUp()
        await convo.send(`from ${i}`)
      }
      const [first, ...others] = await Promise.all(people.map((person) => person.log(convoId)))
      for (const other of others) expectEqual(other, first, 'the log as another member sees it')
    },
  },
  'commit-ids': {
    promise: 'the id of a commit is the hex SHA-256 of its bytes, that of a message its msgId',
    contract: '§4 messages',
    hint: 'a client recognises its own entries by id: it must be computable before sending',
    async run(stage) {
      const { entries, sent } = await written(stage)
      const commits = entries.filter(({ messageType }) => messageType === 'commit')
      for (const { id, seq, ciphertext } of commits) {
        expectEqual(id, sha256(ciphertext!).toString('hex'), `id of the commit at seq ${seq}`)
      }
      for (const { seq, msgId } of sent) {
        expectEqual(entries.find((entry) => entry.seq === seq)?.id, msgId, `id at seq ${seq}`)
      }
    },
  },
  'acknowledged-kept': {
    promise: 'what was acknowledged is in the log, at the seq that was told, with the same bytes',
    contract: '§2.6',
    hint: 'answer only after the commit of the transaction; store bytes as they came',
    async run(stage) {
      const { entries, sent } = await written(stage)
      for (const { seq, msgId, ciphertext, epoch } of sent) {
        const found = entries.find((entry) => entry.seq === seq)
        const seen = found && [found.id, found.epoch, found.ciphertext]
        expectEqual(seen, [msgId, epoch, ciphertext], `the entry at seq ${seq}`)
      }
    },
  },
  'concurrent-senders': {
    promise: 'many messages at once take one seq each, and all are there',
    contract: '§2.2, §2.6',
    hint: 'read and advance the counter under a lock of the conversation, never by MAX(seq) + 1',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      for (const convo of convos) await convo.catchUp()
      const sending = convos.flatMap((convo) => range(1, 8).map((i) => convo.send(`${i}`)))
      const sent = await Promise.all(sending)
      const entries = await people[0]!.log(convoId)
      const told = sent.map(({ seq }) => seq).toSorted((a, b) => a - b)
      expectEqual(told, range(2, 25), 'the seqs that were told')
      expectEqual(
        entries.map(({ seq }) => seq),
        range(1, 25),
        'the seqs in the log',
      )
      for (const { seq, msgId } of sent) {
        expectEqual(entries[seq - 1]?.id, msgId, `the id at seq ${seq}`)
      }
    },
  },
})

/** A log of two commits and some messages, as it is read in small pages and in one from its end. */
async function written(stage: Stage) {
  const { convoId, people, convos } = await stage.met(2)
  const [ours] = convos
  const sent = []
  for (let i = 0; i < SENT; i++) {
    if (i === SENT / 2) await ours!.commit()
    sent.push(await ours!.send(`message ${i}`))
  }
  const entries = await people[1]!.log(convoId, { limit: 3 })
  const whole = { convoId, beforeSeq: SENT + 1, limit: 100 }
  const { messages: page } = await people[1]!.call('getMessages', whole)
  const view = await people[1]!.view(convoId)
  const seqs = entries.map(({ seq }) => seq)
  const ids = entries.map(({ id }) => id)
  return { entries, seqs, ids, page, sent, view, last: SENT + 2 }
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function repeated<T>(items: T[]): T[] {
  return items.filter((item, index) => items.indexOf(item) !== index)
}
