import type { ConvoId, Did } from '../lib/ids.js'
import type { Position } from '../outbox/position.js'
import type { Encoded } from './encoded.js'
import { convoOf, onlyReaderOf, type StreamItem } from './stream-item.js'

/** A stream, as those see it who have something for it. Calls return at once and never throw. */
export interface Listener {
  readonly did: Did
  /**
   * The item at `index` of the tail, which follows `before`, may concern this stream; those since it had
   * read the tail to its end do not.
   */
  wake(index: number, before: Position): void
  /** Something that is kept nowhere. */
  offer(convoId: ConvoId, ephemeral: Encoded): void
}

/**
 * Which streams of this process an event may concern: by conversation and by account, so that an event
 * costs what its readers cost, however many streams are idle. Each judges for itself what it may see.
 */
export class Audience {
  readonly #byDid = new Map<Did, Set<Listener>>()
  readonly #byConvo = new Map<ConvoId, Set<Listener>>()

  get size(): number {
    return this.#size
  }
  #size = 0

  add(listener: Listener): void {
    put(this.#byDid, listener.did, listener)
    this.#size += 1
  }

  /** What it followed has to be unfollowed first. */
  remove(listener: Listener): void {
    drop(this.#byDid, listener.did, listener)
    this.#size -= 1
  }

  follow(convoId: ConvoId, listener: Listener): void {
    put(this.#byConvo, convoId, listener)
  }

  unfollow(convoId: ConvoId, listener: Listener): void {
    drop(this.#byConvo, convoId, listener)
  }

  ofConvo(convoId: ConvoId): Iterable<Listener> {
    return this.#byConvo.get(convoId) ?? NOBODY
  }

  ofAccount(did: Did): Iterable<Listener> {
    return this.#byDid.get(did) ?? NOBODY
  }

  /** Everybody whom `item` may concern; a listener may come twice. */
  *of(item: StreamItem): Iterable<Listener> {
    const did = onlyReaderOf(item)
    if (did !== undefined) {
      yield* this.ofAccount(did)
      return
    }
    const convoId = convoOf(item)
    if (convoId !== undefined) yield* this.ofConvo(convoId)
    for (const subject of item.subjects ?? []) yield* this.ofAccount(subject)
    if (item.event.kind === 'device') yield* this.ofAccount(item.event.subject)
    for (const shared of item.sharedIn ?? []) yield* this.ofConvo(shared)
  }

  /** Whether anybody is here for `item`. */
  wants(item: StreamItem): boolean {
    for (const _ of this.of(item)) return true
    return false
  }
}

const NOBODY: Iterable<Listener> = []

function put<K>(map: Map<K, Set<Listener>>, key: K, listener: Listener): void {
  const set = map.get(key)
  if (set) set.add(listener)
  else map.set(key, new Set([listener]))
}

function drop<K>(map: Map<K, Set<Listener>>, key: K, listener: Listener): void {
  const set = map.get(key)
  if (!set?.delete(listener)) return
  if (set.size === 0) map.delete(key)
}
