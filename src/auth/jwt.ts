import { isUtf8 } from 'node:buffer'
import { LRUCache } from 'lru-cache'
import { BadJwtError } from '../errors.js'

/** A JWT (RFC 7519) in the compact form of RFC 7515 §7.1, taken apart but not yet believed. */
export interface Jwt {
  header: Readonly<Record<string, unknown>>
  claims: Record<string, unknown>
  /** The bytes that the signature is over. */
  signed: Uint8Array
  signature: Uint8Array
}

/** Takes a token apart strictly: one encoding only, no byte left over. Throws `BadJwt`. */
export function parseJwt(token: string): Jwt {
  if (token.length > MAX_TOKEN_CHARS) {
    throw new BadJwtError(`The token is longer than ${MAX_TOKEN_CHARS} characters.`)
  }
  const parts = token.split('.', 4)
  const [header, claims, signature] = parts
  if (parts.length !== 3 || !header || !claims || !signature) {
    throw new BadJwtError('The token is not three base64url parts with dots between them.')
  }
  return {
    header: headerObject(header),
    claims: jsonObject(claims, 'payload'),
    signed: Buffer.from(token.slice(0, header.length + 1 + claims.length), 'latin1'),
    signature: base64url(signature, 'signature'),
  }
}

/** A token with a long method name has about 400. */
export const MAX_TOKEN_CHARS = 8 * 1024

/** Issuers write one header for all their tokens, and most write the same. */
const headers = new LRUCache<string, Readonly<Record<string, unknown>>>({ max: 100 })
const KEPT_HEADER_CHARS = 100

function headerObject(part: string): Readonly<Record<string, unknown>> {
  const known = headers.get(part)
  if (known) return known
  const header = Object.freeze(jsonObject(part, 'header'))
  if (part.length <= KEPT_HEADER_CHARS) headers.set(part, header)
  return header
}

function jsonObject(part: string, name: string): Record<string, unknown> {
  const value = json(base64url(part, name), name)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadJwtError(`The token's ${name} is not a JSON object.`)
  }
  return value as Record<string, unknown>
}

function json(bytes: Buffer, name: string): unknown {
  try {
    if (isUtf8(bytes)) return JSON.parse(bytes.toString())
  } catch {
    // The same answer as for bytes that are no text.
  }
  throw new BadJwtError(`The token's ${name} is not JSON.`)
}

function base64url(part: string, name: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  // Node's decoder skips what it does not know; only the canonical encoding comes back the same.
  if (bytes.toString('base64url') !== part) {
    throw new BadJwtError(`The token's ${name} is not base64url.`)
  }
  return bytes
}
