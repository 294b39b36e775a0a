import { MAX_CAPABILITY_ENTRIES } from './limits.js'
import { Malformed } from './malformed.js'
import { Reader, tooMany } from './reader.js'

/** RFC 9420 §7.2. Each list holds big-endian uint16 values; `lists` looks one up. */
export interface Capabilities {
  versions: Uint8Array
  cipherSuites: Uint8Array
  extensions: Uint8Array
  proposals: Uint8Array
  credentials: Uint8Array
}

/** RFC 9420 §11.1. */
export interface RequiredCapabilities {
  extensions: Uint8Array
  proposals: Uint8Array
  credentials: Uint8Array
}

export function readCapabilities(r: Reader): Capabilities {
  return {
    versions: readUint16List(r),
    cipherSuites: readUint16List(r),
    extensions: readUint16List(r),
    proposals: readUint16List(r),
    credentials: readUint16List(r),
  }
}

/** The content of a `required_capabilities` extension. */
export function readRequiredCapabilities(data: Uint8Array): RequiredCapabilities {
  const r = new Reader(data)
  const required = {
    extensions: readUint16List(r),
    proposals: readUint16List(r),
    credentials: readUint16List(r),
  }
  r.finish('required_capabilities')
  return required
}

export function lists(list: Uint8Array, value: number): boolean {
  for (let i = 0; i < list.length; i += 2) {
    if (((list[i]! << 8) | list[i + 1]!) === value) return true
  }
  return false
}

export function valuesOf(list: Uint8Array): number[] {
  const values: number[] = []
  for (let i = 0; i < list.length; i += 2) values.push((list[i]! << 8) | list[i + 1]!)
  return values
}

function readUint16List(r: Reader): Uint8Array {
  const inner = r.vector()
  const bytes = inner.end - inner.at
  if (bytes > 2 * MAX_CAPABILITY_ENTRIES) throw tooMany('capabilities', MAX_CAPABILITY_ENTRIES)
  if (bytes % 2 !== 0) {
    throw new Malformed('complete', 'RFC 9420 §2.1', 'A list of uint16 has an odd number of bytes.')
  }
  return inner.bytes.subarray(inner.at, inner.end)
}
