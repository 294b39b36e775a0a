import {
  BadJwtAudienceError,
  BadJwtError,
  BadJwtExpiryError,
  BadJwtIdError,
  BadJwtIssError,
  BadJwtIssuedAtError,
  BadJwtLexiconMethodError,
  JwtExpiredError,
} from '../errors.js'
import { parseDid, type Did } from '../lib/ids.js'

/** The claims that the service acts on, checked. Times are Unix seconds. */
export interface Claims {
  iss: Did
  exp: number
  iat?: number
  /** Present where it is enforced. */
  jti?: string
}

/** What a token has to say to be good for one call. */
export interface ClaimRules {
  /** The service's DID: `aud` is that, or it with `#atproto_mls`. */
  serviceDid: Did
  /** The method that is called; undefined: `lxm` is not enforced. */
  lxm: string | undefined
  enforceJti: boolean
  nowMs: number
}

/** Clocks of issuers may differ from ours by that much. */
export const SKEW_MS = 60_000
/** No token lives longer. */
export const MAX_LIFE_MS = 3_600_000
/** Names the service within its DID document. */
export const SERVICE_FRAGMENT = '#atproto_mls'
const MAX_JTI_BYTES = 128

/** The checked claims, or the one thing that is wrong with them. Pure: no key, no replay. */
export function checkClaims(claims: Record<string, unknown>, rules: ClaimRules): Claims {
  const exp = checkedExpiry(claims.exp, rules.nowMs)
  checkAudience(claims.aud, rules.serviceDid)
  checkMethod(claims.lxm, rules.lxm)
  const iss = checkedIssuer(claims.iss, claims.sub)
  const iat = checkedIssuedAt(claims.iat, rules.nowMs)
  checkNotBefore(claims.nbf, rules.nowMs)
  const jti = rules.enforceJti ? checkedId(claims.jti) : undefined
  return { iss, exp, ...(iat !== undefined && { iat }), ...(jti !== undefined && { jti }) }
}

function checkedExpiry(exp: unknown, nowMs: number): number {
  if (!isSeconds(exp)) throw new BadJwtExpiryError('exp must be a whole number of seconds.')
  if (exp * 1000 <= nowMs - SKEW_MS) {
    throw new JwtExpiredError('The token has expired; get a new one for each call.')
  }
  if (exp * 1000 > nowMs + MAX_LIFE_MS + SKEW_MS) {
    throw new BadJwtExpiryError('exp is more than one hour away.')
  }
  return exp
}

function checkAudience(aud: unknown, serviceDid: Did): void {
  if (aud === serviceDid || aud === serviceDid + SERVICE_FRAGMENT) return
  throw new BadJwtAudienceError(`aud must be ${serviceDid} or ${serviceDid}${SERVICE_FRAGMENT}.`)
}

function checkMethod(lxm: unknown, called: string | undefined): void {
  if (called === undefined || lxm === called) return
  throw new BadJwtLexiconMethodError(`lxm must be the method that is called, ${called}.`)
}

function checkedIssuer(iss: unknown, sub: unknown): Did {
  const did = typeof iss === 'string' ? parseDid(iss) : undefined
  if (!did) {
    throw new BadJwtIssError('iss must be a plain did:plc or did:web, in its canonical form.')
  }
  if (sub !== undefined && sub !== iss) {
    throw new BadJwtIssError('sub, where present, must be the same as iss.')
  }
  return did
}

function checkedIssuedAt(iat: unknown, nowMs: number): number | undefined {
  if (iat === undefined) return undefined
  if (!isSeconds(iat)) throw new BadJwtIssuedAtError('iat must be a whole number of seconds.')
  if (iat * 1000 > nowMs + SKEW_MS) throw new BadJwtIssuedAtError('iat is in the future.')
  return iat
}

/** RFC 7519 §4.1.5: whoever knows the claim must not accept the token before that time. */
function checkNotBefore(nbf: unknown, nowMs: number): void {
  if (nbf === undefined) return
  if (!isSeconds(nbf)) throw new BadJwtError('nbf must be a whole number of seconds.')
  if (nbf * 1000 > nowMs + SKEW_MS) throw new BadJwtError('nbf is in the future.')
}

function checkedId(jti: unknown): string {
  if (typeof jti !== 'string' || jti === '' || Buffer.byteLength(jti) > MAX_JTI_BYTES) {
    throw new BadJwtIdError(`jti must be a string of 1 to ${MAX_JTI_BYTES} bytes, new each time.`)
  }
  return jti
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
