import { fetchJson } from './fetch-bounded.js'
import { RepositoryError } from './repository-error.js'
import { readMultikey } from './signing-key.js'
import type { SigningKey } from './signing-key.js'

const DOCUMENT_BYTES = 64 * 1024

/** What a DID document says of an account: from the PLC directory, or from the host of a `did:web`. */
export async function resolveAccount(
  did: string,
  { plcUrl, allowLocalhost }: DirectoryOptions,
): Promise<Account> {
  const url = documentUrl(did, plcUrl)
  // The directory is the application's choice, wherever it is.
  const local = allowLocalhost || url.origin === new URL(plcUrl).origin
  const document = await fetchJson(url, { maxBytes: DOCUMENT_BYTES, allowLocalhost: local })
  if (document === undefined) throw new RepositoryError('unreachable', `${did} is not known`)
  return readDocument(did, document as Document)
}

function documentUrl(did: string, plcUrl: string): URL {
  if (/^did:plc:[a-z2-7]{24}$/.test(did)) return new URL(`${plcUrl.replace(/\/$/, '')}/${did}`)
  const host = /^did:web:([A-Za-z0-9.-]+(?:%3A\d+)?)$/.exec(did)?.[1]
  if (host === undefined) throw new RepositoryError('unreachable', `${did} is not an account`)
  const scheme = /^localhost(?:%|$)/.test(host) ? 'http' : 'https'
  return new URL(`${scheme}://${decodeURIComponent(host)}/.well-known/did.json`)
}

function readDocument(did: string, document: Document): Account {
  if (document.id !== did) throw new RepositoryError('unproven', 'a document of another DID')
  const method = list(document.verificationMethod).find(
    ({ id }) => id === '#atproto' || id === `${did}#atproto`,
  )
  const service = list(document.service).find(
    ({ id }) => id === '#atproto_pds' || id === `${did}#atproto_pds`,
  )
  const multibase = method?.['type'] === 'Multikey' ? method['publicKeyMultibase'] : undefined
  const key = typeof multibase === 'string' ? readMultikey(multibase) : undefined
  const endpoint = service?.['serviceEndpoint']
  const handle = (Array.isArray(document.alsoKnownAs) ? document.alsoKnownAs : [])
    .filter((name) => typeof name === 'string')
    .find((name) => name.startsWith('at://'))
  return {
    did,
    ...(key && { key }),
    ...(typeof endpoint === 'string' && URL.canParse(endpoint) && { pds: endpoint }),
    ...(handle !== undefined && { handle: handle.slice('at://'.length) }),
  }
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value)
    ? value.filter((item): item is Record<string, unknown> => typeof item === 'object' && !!item)
    : []
}

interface Document {
  id?: unknown
  alsoKnownAs?: unknown
  verificationMethod?: unknown
  service?: unknown
}

export interface Account {
  did: string
  /** Absent: it cannot sign a repository that this version knows. */
  key?: SigningKey
  /** Address of its PDS. */
  pds?: string
  /** That it says is its own; whether it is, the handle has to say. */
  handle?: string
}

export interface DirectoryOptions {
  /** Base URL of the PLC directory. */
  plcUrl: string
  /** Plain http on localhost: for development alone. */
  allowLocalhost: boolean
}
