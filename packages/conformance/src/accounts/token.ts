import { randomBytes } from 'node:crypto'
import type { Account, Claims } from './account.js'

const LIFETIME_S = 60

/**
 * A service token as a PDS makes it: a minute long, with a new `jti`; any claim and header field may be
 * another. `iat` is the end of the running second: a service refuses what is older than itself.
 */
export async function tokenOf(
  account: Account,
  claims: Claims,
  header: Record<string, unknown> = {},
): Promise<string> {
  const iat = Math.ceil(Date.now() / 1000)
  const payload = {
    iss: account.did,
    iat,
    exp: iat + LIFETIME_S,
    jti: randomBytes(16).toString('hex'),
    ...claims,
  }
  const signed = [{ typ: 'JWT', alg: account.alg, ...header }, payload].map(base64urlJson).join('.')
  return `${signed}.${Buffer.from(await account.sign(signed)).toString('base64url')}`
}

const CURVE_ORDER = {
  ES256K: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
} as const

/** The same token with the other of its two valid ECDSA signatures (`s` replaced by `n - s`). */
export function withHighS(token: string, alg: 'ES256' | 'ES256K'): string {
  const dot = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(dot + 1), 'base64url')
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`)
  const flipped = (CURVE_ORDER[alg] - s).toString(16).padStart(64, '0')
  const bytes = Buffer.concat([signature.subarray(0, 32), Buffer.from(flipped, 'hex')])
  return `${token.slice(0, dot)}.${bytes.toString('base64url')}`
}

export function base64urlJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
