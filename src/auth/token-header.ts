import { BadJwtAlgorithmError, BadJwtError, BadJwtKeyError, BadJwtTypeError } from '../errors.js'
import type { KeyAlg } from '../identity/public-key.js'

/** How the token says it is signed; HS256 only where development tokens are allowed. */
export function checkHeader(
  header: Readonly<Record<string, unknown>>,
  { allowHs256 }: { allowHs256: boolean },
): KeyAlg | 'HS256' {
  checkType(header.typ)
  if (header.crit !== undefined) {
    throw new BadJwtError('The token’s header has critical extensions; none are known here.')
  }
  if (header.kid !== undefined && header.kid !== '#atproto') {
    throw new BadJwtKeyError('kid must be absent or #atproto: no other key signs for an account.')
  }
  const { alg } = header
  if (alg === 'ES256K' || alg === 'ES256') return alg
  if (alg === 'HS256' && allowHs256) return alg
  throw new BadJwtAlgorithmError('alg must be ES256K or ES256.')
}

/** OAuth tokens (`at+jwt`), DPoP proofs and refresh tokens are signed by the same keys. */
function checkType(typ: unknown): void {
  if (typ === undefined) return
  if (typeof typ === 'string' && typ.toUpperCase() === 'JWT') return
  throw new BadJwtTypeError('typ, where present, must be JWT: only service tokens are accepted.')
}
