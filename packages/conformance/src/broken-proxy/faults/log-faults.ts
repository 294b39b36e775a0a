import { bytesAsJson, bytesIn, type Fault, inAnswers, type Json } from '../fault.js'

/** What goes wrong with the log. */
export const logFaults: Fault[] = [
  {
    name: 'drop-entry',
    does: 'leaves out one entry of the log',
    caughtBy: ['log.no-gaps', 'log.concurrent-senders'],
    begin: () => inLog((entries) => entries.filter(({ seq }) => seq !== 3)),
  },
  {
    name: 'repeat-entry',
    does: 'answers one entry of the log twice',
    caughtBy: ['log.no-repeats', 'log.concurrent-senders'],
    begin: () => inLog((entries) => entries.flatMap((one) => (one.seq === 3 ? [one, one] : [one]))),
  },
  {
    name: 'swap-entries',
    does: 'answers two entries in the wrong order',
    caughtBy: ['log.ascending', 'log.hash-chain'],
    begin: () => inLog(swapFirstTwo),
  },
  {
    name: 'swap-contents',
    does: 'gives two messages each other’s place, positions and hashes left as they are',
    caughtBy: ['log.acknowledged-kept'],
    begin: () =>
      inLog((entries) => {
        const [one, two] = entries.filter(({ messageType }) => messageType === 'application')
        if (one !== undefined && two !== undefined) {
          ;[one.ciphertext, two.ciphertext] = [two.ciphertext, one.ciphertext]
        }
        return entries
      }),
  },
  {
    name: 'alter-hash',
    does: 'answers a wrong hash with one entry',
    caughtBy: ['log.hash-chain'],
    begin: () =>
      inLog((entries) => {
        for (const entry of entries) if (entry.seq === 2) entry.hash = flipped(entry.hash)
        return entries
      }),
  },
  {
    name: 'alter-anchor',
    does: 'answers a wrong previousHash with the first entry of each page',
    caughtBy: ['log.anchor-in-the-middle', 'log.hash-chain'],
    begin: () =>
      inLog((entries) => {
        if (entries[0]) entries[0].previousHash = flipped(entries[0].previousHash)
        return entries
      }),
  },
  {
    name: 'alter-ciphertext',
    does: 'turns over the last bit of each message, which no signature of the service covers',
    caughtBy: ['log.acknowledged-kept', 'log.hash-chain'],
    begin: () =>
      inLog((entries) => {
        for (const entry of entries) {
          if (entry.messageType !== 'application') continue
          const bytes = bytesIn(entry.ciphertext)
          bytes[bytes.length - 1]! ^= 1
          entry.ciphertext = bytesAsJson(bytes)
        }
        return entries
      }),
  },
  {
    name: 'rewrite-for-one',
    does: 'shows one member another history, hashes and all',
    caughtBy: ['log.one-log-for-all'],
    begin() {
      let chosen: string | undefined
      return inAnswers('getMessages', ({ messages }, { did }) => {
        chosen ??= did
        if (did !== chosen) return
        for (const entry of messages as Entry[]) entry.createdAt = '2020-01-01T00:00:00.000Z'
      })
    },
  },
  {
    name: 'lose-message',
    does: 'acknowledges every third message, and throws it away',
    caughtBy: ['log.acknowledged-kept', 'log.concurrent-senders'],
    begin() {
      let count = 0
      return {
        call({ method, input }) {
          if (method !== 'sendMessage' || ++count % 3 !== 0) return undefined
          const { msgId, epoch } = input as { msgId: string; epoch: number }
          const receivedAt = new Date().toISOString()
          return { status: 200, json: { messageId: msgId, seq: count + 1, epoch, receivedAt } }
        },
      }
    },
  },
]

function inLog(change: (entries: Entry[]) => Entry[]) {
  return inAnswers('getMessages', (json) => {
    json.messages = change(json.messages as Entry[])
  })
}

function swapFirstTwo(entries: Entry[]): Entry[] {
  const [first, second, ...rest] = entries
  return second === undefined ? entries : [second, first!, ...rest]
}

function flipped(hash: string): string {
  return `${hash.startsWith('0') ? '1' : '0'}${hash.slice(1)}`
}

type Entry = Json
