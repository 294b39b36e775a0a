import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { BadJwtAlgorithmError, BadJwtSignatureError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import type { Jwt } from './jwt.js'

/**
 * A development token (HS256) for one call, by the rules of every other token; `ttlSeconds` at
 * most an hour.
 */
export function mintDevelopmentToken(options: DevelopmentTokenOptions): string {
  const { secret, did, aud, lxm, ttlSeconds = 60, nowMs = Date.now() } = options
  const iat = Math.floor(nowMs / 1000)
  const jti = randomBytes(16).toString('hex')
  const header = base64urlJson({ typ: 'JWT', alg: 'HS256' })
  const payload = base64urlJson({ iss: did, aud, lxm, iat, exp: iat + ttlSeconds, jti })
  const signed = `${header}.${payload}`
  return `${signed}.${hmac(secret, signed).toString('base64url')}`
}

/** Throws unless the token's signature is by `secret`. */
export function verifyDevelopmentSignature(jwt: Jwt, secret: string | undefined): void {
  if (secret === undefined) throw new BadJwtAlgorithmError('alg must be ES256K or ES256.')
  const expected = hmac(secret, jwt.signed)
  if (jwt.signature.length !== expected.length || !timingSafeEqual(jwt.signature, expected)) {
    throw new BadJwtSignatureError('The signature is not by this service’s JWT_SECRET.')
  }
}

function hmac(secret: string, signed: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update(signed).digest()
}

function base64urlJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

export interface DevelopmentTokenOptions {
  /** `JWT_SECRET`. */
  secret: string
  /** Who the caller is to be. */
  did: Did
  /** The service's DID. */
  aud: string
  /** NSID of the method. */
  lxm: string
  ttlSeconds?: number
  nowMs?: number
}
