import { hash, randomBytes } from 'node:crypto'
import type { Backend } from '../backend/backend.js'

const CHANNEL = 'stream_slots'
/** Changes are told together after this, and everything again after that. */
const TELL_MS = 20
const TELL_ALL_MS = 20_000
/** A process that was not heard of for so long has ended. */
const FORGET_MS = 60_000
const KEY_CHARS = 22

/**
 * What other processes have open, as they tell each other through Redis. It may be some milliseconds
 * old, so that streams which are opened at the same moment at several processes may exceed a limit by a
 * few; and while Redis is away each process limits its own streams only.
 */
export interface SlotsElsewhere extends AsyncDisposable {
  count(key: string): number
  /** Here so many are open now under `key`. */
  tell(key: string, open: number): void
}

export async function openSlotsElsewhere(
  backend: Pick<Backend, 'publish' | 'subscribe'>,
  forgetMs = FORGET_MS,
): Promise<SlotsElsewhere> {
  const self = randomBytes(8).toString('hex')
  const own = new Map<string, number>()
  const others = new Map<string, Other>()
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const subscription = await backend.subscribe(CHANNEL, (bytes) => {
    const note = parse(bytes)
    if (!note || note.from === self) return
    // Whoever is new has not heard of us.
    if (!others.has(note.from)) tellSoon(own.keys())
    const before = note.all ? undefined : others.get(note.from)?.open
    const open = before ?? new Map<string, number>()
    for (const [key, count] of note.open) {
      if (count > 0) open.set(key, count)
      else open.delete(key)
    }
    others.set(note.from, { open, heardMs: performance.now() })
  })
  const repeat = setInterval(() => {
    forget()
    send({ from: self, all: true, open: [...own] })
  }, TELL_ALL_MS).unref()
  send({ from: self, all: true, open: [] })

  function tellSoon(keys: Iterable<string>): void {
    for (const key of keys) changed.add(key)
    timer ??= setTimeout(() => {
      timer = undefined
      const open = Array.from(changed, (key): [string, number] => [key, own.get(key) ?? 0])
      changed.clear()
      send({ from: self, all: false, open })
    }, TELL_MS).unref()
  }

  function send(note: Note): void {
    // What is lost is told again with all the rest.
    backend.publish(CHANNEL, Buffer.from(JSON.stringify(note))).catch(() => {})
  }

  function forget(): void {
    const oldest = performance.now() - forgetMs
    for (const [from, { heardMs }] of others) if (heardMs < oldest) others.delete(from)
  }

  return {
    count(key) {
      const hashed = hashOf(key)
      forget()
      let sum = 0
      for (const { open } of others.values()) sum += open.get(hashed) ?? 0
      return sum
    },
    tell(key, open) {
      const hashed = hashOf(key)
      if (open > 0) own.set(hashed, open)
      else own.delete(hashed)
      tellSoon([hashed])
    },
    async [Symbol.asyncDispose]() {
      clearInterval(repeat)
      clearTimeout(timer)
      await backend
        .publish(CHANNEL, Buffer.from(JSON.stringify({ from: self, all: true, open: [] })))
        .catch(() => {})
      await subscription[Symbol.asyncDispose]()
    },
  }
}

/** Of a process without others. */
export const NOTHING_ELSEWHERE: Pick<SlotsElsewhere, 'count' | 'tell'> = {
  count: () => 0,
  tell: () => {},
}

function hashOf(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, KEY_CHARS)
}

/** Undefined for what no process of this version sends. */
function parse(bytes: Uint8Array): Note | undefined {
  try {
    const note = JSON.parse(Buffer.from(bytes).toString()) as Note
    return typeof note.from === 'string' && Array.isArray(note.open) ? note : undefined
  } catch {
    return undefined
  }
}

interface Note {
  from: string
  /** Whether `open` is all there is, or what has changed. */
  all: boolean
  open: [key: string, count: number][]
}

interface Other {
  open: Map<string, number>
  heardMs: number
}
