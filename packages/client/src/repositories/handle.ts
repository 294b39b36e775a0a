import { fromUtf8 } from '../lib/bytes.js'
import { fetchBounded, fetchJson } from './fetch-bounded.js'
import { RepositoryError } from './repository-error.js'

const ANSWER_BYTES = 16 * 1024
const HANDLE =
  /^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const DID = /^did:(?:plc:[a-z2-7]{24}|web:[A-Za-z0-9.%-]+)$/

/**
 * The DID that a handle names (AT Protocol, handle resolution): by a resolver of the application's choice
 * (`com.atproto.identity.resolveHandle`), or else by DNS over HTTPS and `/.well-known/atproto-did`. Whether
 * the account names that handle too is for the caller to see.
 */
export async function resolveHandle(
  handle: string,
  { handleResolver, dnsResolver, allowLocalhost }: HandleOptions,
): Promise<string> {
  if (!HANDLE.test(handle)) throw new RepositoryError('unreachable', `${handle} is not a handle`)
  const bounds = { maxBytes: ANSWER_BYTES, allowLocalhost }
  const did = handleResolver
    ? await byResolver(handle, handleResolver)
    : ((await byDns(handle, dnsResolver, bounds).catch(() => undefined)) ??
      (await byHost(handle, bounds)))
  if (did !== undefined && DID.test(did)) return did
  throw new RepositoryError('unreachable', `nobody has the handle ${handle}`)
}

async function byResolver(handle: string, base: string): Promise<string | undefined> {
  const url = new URL(`${base.replace(/\/$/, '')}/xrpc/com.atproto.identity.resolveHandle`)
  url.searchParams.set('handle', handle)
  // The application chose it, wherever it is.
  const answer = await fetchJson(url, { maxBytes: ANSWER_BYTES, allowLocalhost: true })
  const { did } = (answer ?? {}) as { did?: unknown }
  return typeof did === 'string' ? did : undefined
}

async function byDns(
  handle: string,
  resolver: string,
  bounds: { maxBytes: number; allowLocalhost: boolean },
): Promise<string | undefined> {
  const url = new URL(resolver)
  url.searchParams.set('name', `_atproto.${handle}`)
  url.searchParams.set('type', 'TXT')
  const answer = await fetchJson(url, bounds)
  const { Answer } = (answer ?? {}) as { Answer?: unknown }
  const texts = (Array.isArray(Answer) ? Answer : []).flatMap((record) => {
    const { data } = (record ?? {}) as { data?: unknown }
    return typeof data === 'string' ? [data.replaceAll('"', '')] : []
  })
  const dids = texts.filter((text) => text.startsWith('did='))
  // Several are none: nobody can say which holds.
  return dids.length === 1 ? dids[0]!.slice('did='.length) : undefined
}

async function byHost(
  handle: string,
  bounds: { maxBytes: number; allowLocalhost: boolean },
): Promise<string | undefined> {
  const bytes = await fetchBounded(new URL(`https://${handle}/.well-known/atproto-did`), bounds)
  return bytes && fromUtf8(bytes).trim()
}

export interface HandleOptions {
  /** Base URL of a server that resolves handles, such as a PDS; asked alone where it is set. */
  handleResolver?: string | undefined
  /** A DNS over HTTPS service that answers in JSON. */
  dnsResolver: string
  allowLocalhost: boolean
}
