import { BadJwtAlgorithmError, BadJwtKeyError, BadJwtSignatureError } from '../errors.js'
import type { AccountDocument } from '../identity/account-document.js'
import type { Identity } from '../identity/identity.js'
import type { KeyAlg } from '../identity/public-key.js'
import type { Did } from '../lib/ids.js'
import { Pace } from '../lib/pace.js'
import { checkClaims, type Claims } from './claims.js'
import { verifyDevelopmentSignature } from './development-token.js'
import { parseJwt, type Jwt } from './jwt.js'
import { verifySignature } from './signature.js'
import { checkHeader } from './token-header.js'

/**
 * Gives the claims of `token` if it was made to call `nsid`. It is not used up yet: that comes
 * after, since else anybody could use up anybody's.
 */
export type TokenCheck = (token: string, nsid: string) => Promise<Claims>

/**
 * Checks from the cheapest to the dearest: shape and claims without any I/O, then the issuer's key
 * and the signature.
 */
export function createTokenCheck(options: TokenCheckOptions): TokenCheck {
  const { serviceDid, enforceLxm, enforceJti, jwtSecret, identity } = options
  const now = options.now ?? Date.now
  const pace = new Pace(SIGNATURES_PER_TURN)
  return async (token, nsid) => {
    const jwt = parseJwt(token)
    const alg = checkHeader(jwt.header, { allowHs256: jwtSecret !== undefined })
    const lxm = enforceLxm ? nsid : undefined
    const claims = checkClaims(jwt.claims, { serviceDid, lxm, enforceJti, nowMs: now() })
    await pace.take()
    if (alg === 'HS256') verifyDevelopmentSignature(jwt, jwtSecret)
    else await verifyAccountSignature(identity, claims.iss, alg, jwt)
    return claims
  }
}

/** A quarter of a millisecond: what others wait at most for each turn of the event loop. */
const SIGNATURES_PER_TURN = 4

/** With the key we know; if that does not fit, once more with the key there is now. */
async function verifyAccountSignature(
  identity: Identity,
  iss: Did,
  alg: KeyAlg,
  jwt: Jwt,
): Promise<void> {
  const known = await identity.resolve(iss)
  if (!misfit(known, alg, jwt)) return
  const anew = await identity.resolveAnew(iss).catch(() => known)
  const error = misfit(anew, alg, jwt)
  if (error) throw error
}

function misfit({ signingKey }: AccountDocument, alg: KeyAlg, jwt: Jwt): Error | undefined {
  if (!signingKey)
    return new BadJwtKeyError('The issuer’s DID document has no usable #atproto key.')
  if (signingKey.alg !== alg) {
    return new BadJwtAlgorithmError('alg does not match the curve of the issuer’s #atproto key.')
  }
  if (verifySignature(signingKey, jwt.signed, jwt.signature)) return undefined
  return new BadJwtSignatureError(
    'The signature is not by the issuer’s #atproto key, or not low-S.',
  )
}

export interface TokenCheckOptions {
  serviceDid: Did
  /** Whether `lxm` has to be the method that is called. */
  enforceLxm: boolean
  /** Whether a token has to have a `jti` and is good for one use. */
  enforceJti: boolean
  /** Key of HS256 development tokens; absent: they are refused. */
  jwtSecret?: string | undefined
  identity: Identity
  /** Unix time in milliseconds. */
  now?: (() => number) | undefined
}
