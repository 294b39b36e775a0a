/** What every method can answer. */
export const ANY_METHOD_ERRORS = ['InvalidRequest', 'RateLimitExceeded'] as const

/** What every method that wants a token can answer besides, before its handler runs. */
export const AUTH_ERRORS = [
  'AuthMissing',
  'BadJwt',
  'BadJwtType',
  'BadJwtAlgorithm',
  'BadJwtKey',
  'BadJwtIss',
  'BadJwtAudience',
  'BadJwtLexiconMethod',
  'BadJwtExpiry',
  'BadJwtIssuedAt',
  'BadJwtId',
  'BadJwtSignature',
  'JwtExpired',
  'ReplayedToken',
  'DidResolutionFailed',
  'ServiceUnavailable',
] as const

/** What every method with a body can answer besides. */
export const BODY_ERRORS = ['TooLarge'] as const

/** Methods that anybody may call without a token. */
export const PUBLIC_METHODS: readonly string[] = ['describeServer']
