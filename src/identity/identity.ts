import { DidResolutionFailedError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import type { AccountDocument } from './account-document.js'
import { DocumentCache } from './document-cache.js'
import { LookupError } from './lookup-error.js'
import { createLookup, type LookupOptions } from './lookup.js'

/** DIDs to documents. Both methods throw `DidResolutionFailed` when there is none to be had. */
export interface Identity {
  /** The document, at most five minutes old. */
  resolve(did: Did): Promise<AccountDocument>
  /** The document looked up anew, at most once per minute and DID; in between as `resolve`. */
  resolveAnew(did: Did): Promise<AccountDocument>
}

export function createIdentity({ now, ...options }: IdentityOptions): Identity {
  const cache = new DocumentCache(createLookup(options), now)
  return {
    resolve: (did) => declared(cache.get(did)),
    resolveAnew: (did) => declared(cache.getAnew(did)),
  }
}

async function declared(document: Promise<AccountDocument>): Promise<AccountDocument> {
  try {
    return await document
  } catch (cause) {
    if (!(cause instanceof LookupError)) throw cause
    throw new DidResolutionFailedError(
      `The DID of the token's issuer could not be resolved: ${cause.message}.`,
      { cause },
    )
  }
}

export interface IdentityOptions extends LookupOptions {
  /** Milliseconds from anywhere, never going back. */
  now?: () => number
}
