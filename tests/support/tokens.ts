import { randomBytes } from 'node:crypto'
import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto'

export type TokenAlg = 'ES256K' | 'ES256'
export type TestKeypair = Secp256k1Keypair | P256Keypair

/** `undefined` leaves the claim out, so that a test can ask for a token without it. */
export interface TokenClaims {
  iss?: string | undefined
  aud?: string | undefined
  lxm?: string | undefined
  iat?: unknown
  exp?: unknown
  jti?: unknown
  sub?: unknown
  [claim: string]: unknown
}

/**
 * A service token as a PDS makes it (one minute long, random `jti`), any claim and header field
 * overridden. Two calls never give the same token.
 */
export async function signToken(
  keypair: TestKeypair,
  claims: TokenClaims,
  header: Record<string, unknown> = {},
): Promise<string> {
  const signed = tokenBody(
    { typ: 'JWT', alg: keypair.jwtAlg, ...header },
    { ...freshClaims(), ...claims },
  )
  const signature = await keypair.sign(Buffer.from(signed))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

/**
 * What differs from token to token. `iat` is the end of the running second, not its beginning: a
 * service refuses tokens of the second it started in, and tests call it sooner than people do.
 */
export function freshClaims(): { iat: number; exp: number; jti: string } {
  const iat = Math.ceil(Date.now() / 1000)
  return { iat, exp: iat + 60, jti: randomBytes(16).toString('hex') }
}

/** The part of a JWT that is signed: two base64url JSON objects and the dot between them. */
export function tokenBody(header: object, payload: object): string {
  return `${base64urlJson(header)}.${base64urlJson(payload)}`
}

export function createKeypair(alg: TokenAlg = 'ES256K'): Promise<TestKeypair> {
  return alg === 'ES256K'
    ? Secp256k1Keypair.create({ exportable: true })
    : P256Keypair.create({ exportable: true })
}

const CURVE_ORDER = {
  ES256K: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
} as const

/** The same token with `s` replaced by `n - s`: the other of its two valid ECDSA signatures. */
export function withHighS(token: string, alg: TokenAlg): string {
  const dot = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(dot + 1), 'base64url')
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
  const flipped = (CURVE_ORDER[alg] - s).toString(16).padStart(64, '0')
  const bytes = Buffer.concat([signature.subarray(0, 32), Buffer.from(flipped, 'hex')])
  return `${token.slice(0, dot + 1)}${bytes.toString('base64url')}`
}

function base64urlJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
