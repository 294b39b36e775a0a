import { Token, Type, decode as decodeCbor, encode as encodeCbor } from 'cborg'
import type { DecodeOptions, EncodeOptions } from 'cborg'
import { concat, hex, sameBytes } from '../lib/bytes.js'
import { RepositoryError } from './repository-error.js'

/** A link to a block (tag 42): a CID of version 1, of DAG-CBOR, by its SHA-256. No other is in a repository. */
export class Link {
  constructor(readonly digest: Uint8Array) {}

  /** Lowercase hex. */
  get key(): string {
    return hex(this.digest)
  }
}

/** CIDv1, DAG-CBOR, SHA-256, 32 bytes. */
const CID_PREFIX = new Uint8Array([0x01, 0x71, 0x12, 0x20])
export const CID_BYTES = 36

export function readLink(cid: Uint8Array): Link {
  if (cid.length !== CID_BYTES || !sameBytes(cid.subarray(0, 4), CID_PREFIX)) {
    throw new RepositoryError('unproven', 'a link of another kind')
  }
  return new Link(cid.slice(4))
}

/** Reads DAG-CBOR strictly: what is encoded in another way has another hash. */
export function decode(bytes: Uint8Array): unknown {
  try {
    return decodeCbor(bytes, OPTIONS)
  } catch (cause) {
    throw new RepositoryError('unproven', 'not DAG-CBOR', { cause })
  }
}

/** The one encoding of a value, links included. */
export function encode(value: unknown): Uint8Array {
  return encodeCbor(value, ENCODING)
}

const LINK_TAG = 42

const OPTIONS: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  rejectDuplicateMapKeys: true,
  tags: Object.assign([], { [LINK_TAG]: readTagged }) as NonNullable<DecodeOptions['tags']>,
}

/** In a CBOR item a CID stands behind a zero byte. */
function readTagged(cid: unknown): Link {
  if (cid instanceof Uint8Array && cid[0] === 0) return readLink(cid.subarray(1))
  throw new RepositoryError('unproven', 'a link that is none')
}

const ENCODING: EncodeOptions = {
  float64: true,
  typeEncoders: {
    Object: (value: unknown) =>
      value instanceof Link
        ? [
            new Token(Type.tag, LINK_TAG),
            new Token(Type.bytes, concat(new Uint8Array([0]), CID_PREFIX, value.digest)),
          ]
        : null,
  },
}
