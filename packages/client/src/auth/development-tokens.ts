import { base64url, hex, owned, randomBytes, utf8 } from '../lib/bytes.js'
import type { Auth } from './auth.js'
import { serviceTokens } from './service-tokens.js'

const LIFETIME_S = 60

/**
 * HS256 tokens of a service that was given `JWT_SECRET`: any account may say that it is anyone. The
 * service refuses to start with such a secret in production.
 */
export function developmentTokens(did: string, secret: string): Auth {
  return serviceTokens(did, async (claims) => {
    // The end of the running second: a service takes no token from before it started.
    const iat = Math.ceil(Date.now() / 1000)
    const body = [
      { typ: 'JWT', alg: 'HS256' },
      { iss: did, ...claims, iat, exp: iat + LIFETIME_S, jti: hex(randomBytes(16)) },
    ]
      .map((part) => base64url(utf8(JSON.stringify(part))))
      .join('.')
    return `${body}.${base64url(await sign(body, secret))}`
  })
}

async function sign(text: string, secret: string): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', owned(utf8(secret)), algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(text)))
}
