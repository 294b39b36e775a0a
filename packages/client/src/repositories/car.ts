import { sameBytes, sha256 } from '../lib/bytes.js'
import { CID_BYTES, Link, decode, readLink } from './dag-cbor.js'
import { RepositoryError } from './repository-error.js'

/** A proof of one record has a commit, a record, and a node for each layer of the tree. */
const BLOCKS_MAX = 200

/** The blocks of a CAR (version 1), each checked against its hash, and the one that it begins with. */
export async function readCar(bytes: Uint8Array): Promise<Car> {
  const [headerLength, headerAt] = readVarint(bytes, 0)
  const header = decode(part(bytes, headerAt, headerLength)) as Partial<CarHeader> | null
  const root = header?.roots?.[0]
  if (header?.version !== 1 || header.roots?.length !== 1 || !(root instanceof Link)) {
    throw new RepositoryError('unproven', 'not a CAR with one root')
  }
  const blocks = new Map<string, Uint8Array>()
  for (let at = headerAt + headerLength; at < bytes.length;) {
    const [length, blockAt] = readVarint(bytes, at)
    const link = readLink(part(bytes, blockAt, Math.min(length, CID_BYTES)))
    const block = part(bytes, blockAt + CID_BYTES, length - CID_BYTES)
    if (!sameBytes(await sha256(block), link.digest)) {
      throw new RepositoryError('unproven', 'a block is not what its hash says')
    }
    blocks.set(link.key, block)
    if (blocks.size > BLOCKS_MAX) throw new RepositoryError('unproven', 'too many blocks')
    at = blockAt + length
  }
  return { root, blocks }
}

/** An unsigned LEB128 of at most four bytes, and where it ends. */
function readVarint(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++]
    if (byte === undefined) break
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return [value, at]
  }
  throw new RepositoryError('unproven', 'the CAR is cut off')
}

function part(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (length < 0 || at + length > bytes.length) {
    throw new RepositoryError('unproven', 'the CAR is cut off')
  }
  return bytes.subarray(at, at + length)
}

interface CarHeader {
  version: number
  roots: unknown[]
}

export interface Car {
  root: Link
  /** By the hex of their hash. */
  blocks: ReadonlyMap<string, Uint8Array>
}
