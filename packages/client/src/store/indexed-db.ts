import { sameBytes } from '../lib/bytes.js'
import { StoreTaken } from './store.js'
import type { Store, StoreChange, StoreEntry, StoreGuard, StoreRange } from './store.js'

const TABLE = 'entries'
/** Above every key: keys are text, and this is no character. */
const LAST = '\uffff'

/** Opens (or makes) the database `name` of this origin. Ask for `navigator.storage.persist()` too. */
export async function openIndexedDbStore(
  name: string,
  { factory = theFactory() }: { factory?: IdbFactory } = {},
): Promise<Store> {
  const opening = factory.open(name, 1)
  opening.onupgradeneeded = () => void opening.result.createObjectStore(TABLE)
  return new IndexedDbStore(await answer(opening))
}

class IndexedDbStore implements Store {
  constructor(private readonly database: IdbDatabase) {}

  async get(key: string): Promise<Uint8Array | undefined> {
    const table = this.database.transaction(TABLE, 'readonly').objectStore(TABLE)
    return (await answer(table.get(key))) as Uint8Array | undefined
  }

  list({ prefix, after, before, reverse, limit = Infinity }: StoreRange): Promise<StoreEntry[]> {
    const table = this.database.transaction(TABLE, 'readonly').objectStore(TABLE)
    const from = after !== undefined && after >= prefix ? after : undefined
    const to = before !== undefined && before <= prefix + LAST ? before : undefined
    const range = keyRange().bound(
      from ?? prefix,
      to ?? prefix + LAST,
      from !== undefined,
      to !== undefined,
    )
    const entries: StoreEntry[] = []
    const walk = table.openCursor(range, reverse === true ? 'prev' : 'next')
    return new Promise((resolve, reject) => {
      walk.onerror = () => reject(walk.error)
      walk.onsuccess = () => {
        const cursor = walk.result
        if (cursor === null || entries.length >= limit) return resolve(entries)
        entries.push({ key: cursor.key, value: cursor.value as Uint8Array })
        cursor.continue()
      }
    })
  }

  write(changes: StoreChange[], guard?: StoreGuard): Promise<void> {
    const transaction = this.database.transaction(TABLE, 'readwrite', { durability: 'strict' })
    const table = transaction.objectStore(TABLE)
    let refusal: Error | undefined
    const putAll = () => {
      for (const { key, value } of changes) {
        if (value === undefined) table.delete(key)
        else table.put(value, key)
      }
    }
    if (guard === undefined) putAll()
    else {
      const owner = table.get(guard.key)
      owner.onsuccess = () => {
        const value = owner.result as Uint8Array | undefined
        if (value !== undefined && sameBytes(value, guard.value)) return putAll()
        refusal = new StoreTaken()
        transaction.abort()
      }
    }
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onerror = transaction.onabort = () =>
        reject(refusal ?? transaction.error ?? new Error('the transaction was aborted'))
    })
  }

  async close(): Promise<void> {
    this.database.close()
  }
}

function answer<T>(request: IdbRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function theFactory(): IdbFactory {
  const { indexedDB } = globalThis as { indexedDB?: IdbFactory }
  if (indexedDB === undefined) throw new Error('there is no IndexedDB here')
  return indexedDB
}

function keyRange(): IdbKeyRange {
  return (globalThis as unknown as { IDBKeyRange: IdbKeyRange }).IDBKeyRange
}

/** What is used of IndexedDB; the project compiles without the types of the DOM. */
export interface IdbFactory {
  /** `indexedDB.open`. */
  open(name: string, version: number): IdbOpenRequest
}

interface IdbKeyRange {
  bound(lower: string, upper: string, lowerOpen: boolean, upperOpen: boolean): object
}

interface IdbRequest<T> {
  result: T
  error: Error | null
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}

interface IdbOpenRequest extends IdbRequest<IdbDatabase> {
  onupgradeneeded: (() => void) | null
}

interface IdbDatabase {
  createObjectStore(name: string): unknown
  transaction(
    name: string,
    mode: 'readonly' | 'readwrite',
    options?: { durability: 'strict' },
  ): IdbTransaction
  close(): void
}

interface IdbTransaction {
  objectStore(name: string): IdbTable
  abort(): void
  error: Error | null
  oncomplete: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
}

interface IdbTable {
  get(key: string): IdbRequest<unknown>
  put(value: unknown, key: string): unknown
  delete(key: string): unknown
  openCursor(
    range: object,
    direction: 'next' | 'prev',
  ): IdbRequest<{ key: string; value: unknown; continue(): void } | null>
}
