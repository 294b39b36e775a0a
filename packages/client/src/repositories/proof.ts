import { fromUtf8 } from '../lib/bytes.js'
import { type Car, readCar } from './car.js'
import { Link, decode, encode } from './dag-cbor.js'
import { RepositoryError } from './repository-error.js'
import type { SigningKey } from './signing-key.js'

/** More layers than any repository has. */
const DEPTH_MAX = 64

/**
 * The record at `path` (`<collection>/<rkey>`) of an account's repository, by a CAR from
 * `com.atproto.sync.getRecord`: signed by the account, or proven to be absent (undefined).
 *
 * @throws {RepositoryError} `unproven` where a block, the signature or the path does not fit.
 */
export async function provenRecord(bytes: Uint8Array, wanted: Wanted): Promise<unknown> {
  const car = await readCar(bytes)
  const commit = readCommit(car, wanted)
  const found = findLink(car, commit.data, wanted.path)
  return found && decode(block(car, found))
}

function readCommit(car: Car, { did, key }: Wanted): Commit {
  const commit = decode(block(car, car.root)) as Partial<Commit> | null
  const { sig, ...unsigned } = commit ?? {}
  if (unsigned.version !== 3 || !(unsigned.data instanceof Link) || !(sig instanceof Uint8Array)) {
    throw new RepositoryError('unproven', 'not a commit of version 3')
  }
  if (unsigned.did !== did)
    throw new RepositoryError('unproven', 'the commit is of another account')
  if (!key.verifies(sig, encode(unsigned))) {
    throw new RepositoryError('unproven', 'the commit is not signed by the account')
  }
  return commit as Commit
}

/** Goes down the search tree (AT Protocol, Merkle Search Tree), in which keys ascend. */
function findLink(car: Car, root: Link, path: string): Link | undefined {
  let at: Link | null = root
  for (let depth = 0; at !== null; depth++) {
    if (depth > DEPTH_MAX) throw new RepositoryError('unproven', 'the tree is too deep')
    const node = readNode(block(car, at))
    let key = ''
    let next = node.l
    for (const { p, k, v, t } of node.e) {
      key = key.slice(0, p) + fromUtf8(k)
      if (key === path) return v
      if (key > path) break
      next = t
    }
    at = next
  }
  return undefined
}

function readNode(bytes: Uint8Array): Node {
  const node = decode(bytes) as Partial<Node> | null
  if (!isLinkOrNull(node?.l) || !Array.isArray(node?.e) || !node.e.every(isEntry)) {
    throw new RepositoryError('unproven', 'not a node of the tree')
  }
  return node as Node
}

function isEntry(entry: unknown): entry is Entry {
  const { p, k, v, t } = (entry ?? {}) as Record<string, unknown>
  return (
    Number.isSafeInteger(p) &&
    (p as number) >= 0 &&
    k instanceof Uint8Array &&
    v instanceof Link &&
    isLinkOrNull(t)
  )
}

function isLinkOrNull(value: unknown): value is Link | null {
  return value === null || value instanceof Link
}

function block({ blocks }: Car, link: Link): Uint8Array {
  const bytes = blocks.get(link.key)
  if (bytes === undefined) throw new RepositoryError('unproven', 'a block is missing')
  return bytes
}

/** The record that a proof is to be about, and the key that it must be signed with. */
export interface Wanted {
  /** Whose repository. */
  did: string
  key: SigningKey
  path: string
}

interface Commit {
  did: string
  version: number
  data: Link
  sig: Uint8Array
}

interface Node {
  /** What sorts before the first entry. */
  l: Link | null
  e: Entry[]
}

interface Entry {
  /** Bytes that the key shares with the one before. */
  p: number
  k: Uint8Array
  v: Link
  /** What sorts between this entry and the next. */
  t: Link | null
}
