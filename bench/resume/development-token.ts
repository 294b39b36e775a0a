import { createHmac, randomBytes } from 'node:crypto'

const TOKEN_LIFE_S = 600
const HEADER = encoded({ typ: 'JWT', alg: 'HS256' })

/** A token by the secret that a service in development has: it needs nobody's DID document. */
export function developmentToken(
  secret: string,
  claims: { iss: string; aud: string; lxm: string },
): string {
  const iat = Math.floor(Date.now() / 1_000)
  const jti = randomBytes(16).toString('hex')
  const signed = `${HEADER}.${encoded({ ...claims, iat, exp: iat + TOKEN_LIFE_S, jti })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
