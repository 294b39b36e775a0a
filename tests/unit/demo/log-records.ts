import type { LogRecord } from '../../../packages/client/src/index.js'

/** Entries of a log as the chat is given them, one second apart. */
export class LogOf {
  readonly entries: LogRecord[] = []
  #atMs = new Date(2026, 2, 12, 12).getTime()

  wait(seconds: number): this {
    this.#atMs += seconds * 1000
    return this
  }

  says(did: string, text: string, more: { mimeType?: string; name?: string } = {}): this {
    const { mimeType, name } = more
    const attachments = mimeType === undefined ? {} : { attachments: [file(mimeType, name)] }
    return this.#add({
      kind: 'message',
      own: did === ALICE,
      sender: device(did),
      payload: { type: 'text', text, ...attachments },
    })
  }

  changes(by: string | undefined, added: string[], removed: string[] = []): this {
    return this.#add({
      kind: 'change',
      ...(by !== undefined && { by: device(by) }),
      added: added.map(device),
      removed: removed.map(device),
    })
  }

  unreadable(reason: 'beforeJoining' | 'expired' | 'failed'): this {
    return this.#add({ kind: 'unreadable', reason })
  }

  hidden(): this {
    return this.#add({ kind: 'hidden' })
  }

  #add(content: Content): this {
    this.#atMs += 1000
    const seq = this.entries.length + 1
    const createdAt = new Date(this.#atMs).toISOString()
    this.entries.push({ ...content, seq, id: `id-${seq}`, hash: '', epoch: 1, createdAt })
    return this
  }
}

export const ALICE = 'did:web:alice.test'
export const BOB = 'did:web:bob.test'
export const CAROL = 'did:web:carol.test'

/** Alice is the one who reads. */
export function called(did: string, atStart: boolean): string {
  if (did === ALICE) return atStart ? 'You' : 'you'
  return did === BOB ? 'Bob' : 'Carol'
}

/** `did` or `did#deviceId`. */
function device(name: string) {
  const [did = '', deviceId = 'phone'] = name.split('#')
  return { did, deviceId }
}

function file(mimeType: string, name: string | undefined) {
  const hash = 'ab'.repeat(32)
  return {
    ...{ blobId: hash, key: hash, iv: 'ab'.repeat(12), sha256: hash, size: 7, mimeType },
    ...(name !== undefined && { name }),
  }
}

type Content = LogRecord extends infer R
  ? R extends LogRecord
    ? Omit<R, 'seq' | 'id' | 'hash' | 'epoch' | 'createdAt'>
    : never
  : never
