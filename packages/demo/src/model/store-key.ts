const DATABASE = 'catbird-keys'
const TABLE = 'keys'

/**
 * The key that the store of `name` is encrypted with, made at first use. WebCrypto does not give it
 * out: a script of this page can use it, and cannot copy it elsewhere.
 */
export async function storeKey(name: string): Promise<CryptoKey> {
  const database = await open()
  try {
    const known = await done<CryptoKey | undefined>(table(database, 'readonly').get(name))
    if (known !== undefined) return known
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ])
    await done(table(database, 'readwrite').put(made, name))
    return made
  } finally {
    database.close()
  }
}

export async function forgetStoreKey(name: string): Promise<void> {
  const database = await open()
  try {
    await done(table(database, 'readwrite').delete(name))
  } finally {
    database.close()
  }
}

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE)
  return done(opening)
}

function table(database: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore {
  return database.transaction(TABLE, mode, { durability: 'strict' }).objectStore(TABLE)
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the database failed'))
  })
}
