import { hash, randomBytes } from 'node:crypto'

const SECRET_BYTES = 32
/** Base64url of 32 random bytes or more. */
const SECRET = /^[A-Za-z0-9_-]{43,128}$/

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

export function isSecret(text: string): boolean {
  return SECRET.test(text)
}

/** SHA-256: a secret has 256 bits of chance, so that a plain hash of it cannot be tried out. */
export function hashOfSecret(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer')
}
