import { sameBytes } from '../lib/bytes.js'
import { type Account, resolveAccount } from './account.js'
import { fetchBounded } from './fetch-bounded.js'
import { resolveHandle } from './handle.js'
import { Memory } from './memory.js'
import { provenRecord } from './proof.js'
import { RepositoryError } from './repository-error.js'

const DEVICE = 'blue.catbird.mls.device'
const DECLARATION = 'blue.catbird.mls.declaration'
/** A record is at most 1 MiB, and so is what proves it. */
const PROOF_BYTES = 2 * 1024 * 1024
const PLC_URL = 'https://plc.directory'
const DNS_RESOLVER = 'https://dns.google/resolve'

/**
 * Reads accounts' own repositories, from their own servers and with proof. The delivery service has no part
 * in it; each account's PDS sees who looks.
 */
export function openRepositories(options: RepositoryOptions = {}): Repositories {
  const { plcUrl = PLC_URL, dnsResolver = DNS_RESOLVER, handleResolver } = options
  const allowLocalhost = options.allowLocalhost ?? false
  const directory = { plcUrl, allowLocalhost }
  const accounts = new Memory<Account>((did) => resolveAccount(did, directory))
  const records = new Memory<unknown>((uri) => {
    const [did = '', ...path] = uri.split('/')
    return readProven(did, path.join('/'))
  })

  async function readProven(did: string, path: string): Promise<unknown> {
    const { key, pds } = await accounts.get(did)
    if (key === undefined || pds === undefined) {
      throw new RepositoryError('unreachable', `${did} has no repository that can be checked`)
    }
    const url = new URL('/xrpc/com.atproto.sync.getRecord', pds)
    const [collection = '', rkey = ''] = path.split('/')
    url.search = new URLSearchParams({ did, collection, rkey }).toString()
    const proof = await fetchBounded(url, { maxBytes: PROOF_BYTES, allowLocalhost })
    if (proof === undefined) throw new RepositoryError('unreachable', 'its PDS gives no proof')
    return provenRecord(proof, { did, key, path })
  }

  async function resolve(person: string): Promise<string> {
    if (person.startsWith('did:')) return person
    const handle = person.replace(/^@/, '').toLowerCase()
    const did = await resolveHandle(handle, { handleResolver, dnsResolver, allowLocalhost })
    const account = await accounts.get(did)
    if (account.handle?.toLowerCase() === handle) return did
    throw new RepositoryError('unproven', `${did} does not say that it is ${handle}`)
  }

  return {
    resolve,
    record: (did, collection, rkey) => records.get(`${did}/${collection}/${rkey}`),
    async checkDevice({ did, deviceId, signaturePublicKey }) {
      try {
        const record = await records.get(`${did}/${DEVICE}/${deviceId}`)
        const recorded = bytesIn(record, 'signaturePublicKey')
        if (recorded === undefined) return { state: 'unverified', reason: 'noRecord' }
        return sameBytes(recorded, signaturePublicKey)
          ? { state: 'verified' }
          : { state: 'mismatch', recorded }
      } catch (error) {
        if (!(error instanceof RepositoryError)) throw error
        const reason = error.kind === 'unproven' ? 'unproven' : 'unreachable'
        return { state: 'unverified', reason }
      }
    },
    async findHomeService(person) {
      const did = await resolve(person)
      const record = await records.get(`${did}/${DECLARATION}/self`)
      const { service } = (record ?? {}) as { service?: unknown }
      return { did, ...(typeof service === 'string' && { service }) }
    },
  }
}

function bytesIn(record: unknown, field: string): Uint8Array | undefined {
  const value = ((record ?? {}) as Record<string, unknown>)[field]
  return value instanceof Uint8Array && value.length > 0 ? value : undefined
}

/** Accounts' own repositories, read with proof. */
export interface Repositories {
  /** The DID of a handle, which the account names in turn; a DID is answered as it is. */
  resolve(person: string): Promise<string>
  /** A record, with proof; undefined where the account has signed that there is none. */
  record(did: string, collection: string, rkey: string): Promise<unknown>
  /** A device of a group against the `device` record of its account. Never rejects for what others do. */
  checkDevice(device: CheckableDevice): Promise<DeviceStanding>
  /** The delivery service that an account declares to be at; none: it has declared nothing. */
  findHomeService(person: string): Promise<{ did: string; service?: string }>
}

/** A device as a group names it. */
export interface CheckableDevice {
  did: string
  deviceId: string
  signaturePublicKey: Uint8Array
}

/** What an account's own signed repository says of a device. */
export type DeviceStanding =
  | { state: 'verified' }
  /** The account has recorded another key for this device: somebody has made this one up. */
  | { state: 'mismatch'; recorded: Uint8Array }
  /**
   * `noRecord`: the account has signed a repository without this device. `unproven`: what its server gave
   * is not signed by the account. `unreachable`: nobody knows now.
   */
  | { state: 'unverified'; reason: 'noRecord' | 'unproven' | 'unreachable' }

/** Where repositories, keys and handles are looked up. */
export interface RepositoryOptions {
  /** Base URL of the PLC directory; `https://plc.directory` by default. */
  plcUrl?: string
  /** Base URL of a server that resolves handles, such as a PDS; asked alone where it is set. */
  handleResolver?: string
  /** A DNS over HTTPS service that answers in JSON; `https://dns.google/resolve` by default. */
  dnsResolver?: string
  /** Plain http on localhost: for development alone. */
  allowLocalhost?: boolean
}
