import { describe, expect, it } from 'vitest'
import type { AccountDocument } from '../../../src/identity/account-document.js'
import {
  DocumentCache,
  FAILURE_MS,
  FORCED_PAUSE_MS,
  MAX_AGE_MS,
  MAX_DOCUMENTS,
  STALE_AFTER_MS,
} from '../../../src/identity/document-cache.js'
import { LookupError } from '../../../src/identity/lookup-error.js'
import type { Did } from '../../../src/lib/ids.js'
import { randomPlcDid } from '../../support/plc.js'

describe('DocumentCache', () => {
  it('looks a DID up once while its document is fresh', async () => {
    const source = new Source()
    const first = await source.cache.get(source.did)
    source.now += STALE_AFTER_MS - 1
    expect(await source.cache.get(source.did)).toBe(first)
    expect(source.lookups).toBe(1)
  })

  it('serves a stale document at once and renews it behind', async () => {
    const source = new Source()
    const first = await source.cache.get(source.did)
    source.now += STALE_AFTER_MS
    source.hold()
    expect(await source.cache.get(source.did)).toBe(first)
    expect(await source.cache.get(source.did)).toBe(first)
    expect(source.lookups).toBe(2)
    await source.release()
    const second = await source.cache.get(source.did)
    expect(second).not.toBe(first)
    expect(source.lookups).toBe(2)
  })

  it('never serves a document older than its greatest age', async () => {
    const source = new Source()
    await source.cache.get(source.did)
    source.failure = new LookupError('its host cannot be reached')
    source.now += MAX_AGE_MS - 1
    await expect(source.cache.get(source.did)).resolves.toBeDefined()
    source.now += 1
    await expect(source.cache.get(source.did)).rejects.toThrow('its host cannot be reached')
  })

  it('asks a failing source again only after a pause, stale documents or not', async () => {
    const source = new Source()
    await source.cache.get(source.did)
    source.failure = new LookupError('its host cannot be reached')
    source.now += STALE_AFTER_MS
    for (let i = 0; i < 5; i++) {
      await source.cache.get(source.did)
      await settled()
    }
    expect(source.lookups).toBe(2)
    source.now += FAILURE_MS
    await source.cache.get(source.did)
    expect(source.lookups).toBe(3)
  })

  it('remembers that a DID could not be resolved', async () => {
    const source = new Source()
    source.failure = new LookupError('its host cannot be reached')
    for (let i = 0; i < 5; i++) await expect(source.cache.get(source.did)).rejects.toThrow()
    source.now += FAILURE_MS - 1
    await expect(source.cache.get(source.did)).rejects.toThrow('its host cannot be reached')
    expect(source.lookups).toBe(1)
    source.now += 1
    source.failure = undefined
    await expect(source.cache.get(source.did)).resolves.toBeDefined()
  })

  it('remembers nothing of a lookup that was not tried', async () => {
    const source = new Source()
    source.failure = new LookupError('too many others are being looked up', { untried: true })
    await expect(source.cache.get(source.did)).rejects.toThrow()
    source.failure = undefined
    await expect(source.cache.get(source.did)).resolves.toBeDefined()
  })

  it('drops the document of a DID that is gone', async () => {
    const source = new Source()
    await source.cache.get(source.did)
    source.failure = new LookupError('it does not exist', { gone: true })
    await expect(source.cache.getAnew(source.did)).rejects.toThrow('it does not exist')
    await expect(source.cache.get(source.did)).rejects.toThrow('it does not exist')
  })

  it('keeps the document when a forced lookup fails otherwise', async () => {
    const source = new Source()
    const first = await source.cache.get(source.did)
    source.failure = new LookupError('its host cannot be reached')
    await expect(source.cache.getAnew(source.did)).rejects.toThrow()
    expect(await source.cache.get(source.did)).toBe(first)
  })

  it('shares one lookup between concurrent callers', async () => {
    const source = new Source()
    source.hold()
    const callers = Array.from({ length: 50 }, () => source.cache.get(source.did))
    await source.release()
    const documents = new Set(await Promise.all(callers))
    expect(documents.size).toBe(1)
    expect(source.lookups).toBe(1)
  })

  it('forces one lookup per minute and DID', async () => {
    const source = new Source()
    const first = await source.cache.get(source.did)
    const anew = await source.cache.getAnew(source.did)
    expect(anew).not.toBe(first)
    for (let i = 0; i < 10; i++) expect(await source.cache.getAnew(source.did)).toBe(anew)
    expect(source.lookups).toBe(2)
    await source.cache.getAnew(randomPlcDid())
    expect(source.lookups).toBe(3)
    source.now += FORCED_PAUSE_MS
    expect(await source.cache.getAnew(source.did)).not.toBe(anew)
    expect(source.lookups).toBe(4)
  })

  it('is bounded, and failures push no document out', async () => {
    const source = new Source()
    const kept = await source.cache.get(source.did)
    source.failure = new LookupError('it does not exist', { gone: true })
    for (let i = 0; i < MAX_DOCUMENTS + 10; i++) {
      await source.cache.get(randomPlcDid()).catch(() => {})
    }
    expect(await source.cache.get(source.did)).toBe(kept)
    source.failure = undefined
    for (let i = 0; i < MAX_DOCUMENTS; i++) await source.cache.get(randomPlcDid())
    expect(await source.cache.get(source.did)).not.toBe(kept)
  })
})

/** A source of documents with a clock of its own; each lookup gives another document. */
class Source {
  readonly did = randomPlcDid()
  readonly cache = new DocumentCache(
    (did) => this.#lookup(did),
    () => this.now,
  )
  now = 0
  lookups = 0
  failure: LookupError | undefined
  #held: Promise<void> | undefined
  #release = () => {}

  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve))
  }

  async release(): Promise<void> {
    this.#release()
    await settled()
  }

  async #lookup(did: Did): Promise<AccountDocument> {
    this.lookups += 1
    await this.#held
    if (this.failure) throw this.failure
    return { did }
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
