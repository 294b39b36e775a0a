import { didDocument, getPds } from '@atproto/identity'
import type { Did } from '../lib/ids.js'
import { LookupError } from './lookup-error.js'
import { signingKeyOf, type PublicKey } from './public-key.js'

/** What the service needs of a DID document. */
export interface AccountDocument {
  readonly did: Did
  /** Absent: the account cannot sign tokens. */
  readonly signingKey?: PublicKey
  /** URL of the account's PDS. */
  readonly pds?: string
}

/** The document that was fetched for `did`; one that names another DID is refused. */
export function parseAccountDocument(did: Did, fetched: unknown): AccountDocument {
  const parsed = didDocument.safeParse(fetched)
  if (!parsed.success) throw new LookupError('its DID document is malformed')
  if (parsed.data.id !== did) throw new LookupError('its DID document is of another DID')
  const signingKey = signingKeyOf(parsed.data)
  const pds = getPds(parsed.data)
  return { did, ...(signingKey && { signingKey }), ...(pds && { pds }) }
}
