import type { LexXrpcParameters } from '@atproto/lexicon'
import { lexicons } from '../../../client/src/lexicon/lexicons.js'
import { type Claims } from '../accounts/account.js'
import { base64urlJson, tokenOf, withHighS } from '../accounts/token.js'
import type { Caller, Outcome } from '../service/caller.js'
import { NAMESPACE } from '../service/service.js'
import type { Stage } from '../stage/stage.js'
import { group } from '../suite/check.js'
import { Finding, NotApplicable, show } from '../suite/finding.js'

/** What the tokens of these checks are for. */
const METHOD = 'getConvos'
const SKEW_S = 20

/** Who is let in. */
export const auth = group('auth', {
  accepted: {
    promise: 'a service token for this service and method is taken, for its DID in both forms',
    contract: '§3',
    hint: 'aud is SERVICE_DID or SERVICE_DID#atproto_mls',
    async run(stage) {
      const { did, serviceId } = stage.description
      for (const aud of [did, serviceId]) await accepts(stage, { aud }, `aud ${aud}`)
    },
  },
  missing: {
    promise: 'without a token the answer is AuthMissing',
    contract: '§3, §7',
    hint: 'also for a header of another scheme',
    async run(stage) {
      const caller = stage.caller()
      refused(await caller.attempt(METHOD, { token: '' }), ['AuthMissing'], 'no header')
      const basic = { token: '', headers: { authorization: 'Basic YTpi' } }
      refused(await caller.attempt(METHOD, basic), ['AuthMissing'], 'another scheme')
    },
  },
  'every-method': {
    promise: 'every method but describeServer takes a token',
    contract: '§3, §4',
    hint: 'authentication comes before anything is read of the request',
    async run(stage) {
      const caller = stage.caller()
      for (const { id, defs } of [...lexicons]) {
        const method = id.slice(NAMESPACE.length + 1)
        const { main } = defs
        if (main?.type !== 'query' && main?.type !== 'procedure') continue
        if (OPEN.includes(method)) continue
        const params = sampleOf(main.parameters)
        const verb = main.type === 'query' ? 'GET' : 'POST'
        const body = verb === 'POST' ? { body: '{}' } : {}
        const outcome = await caller.attempt(method, { token: '', verb, params, ...body })
        if (outcome.status === 501) continue
        refused(outcome, ['AuthMissing'], `${method} without a token`)
      }
    },
  },
  malformed: {
    promise: 'a malformed token is a 401, never a 500',
    contract: '§3',
    hint: 'a token is bytes from outside: every part may be anything',
    async run(stage) {
      const caller = stage.caller()
      const good = await caller.token(METHOD)
      const [header, payload, signature] = good.split('.') as [string, string, string]
      const bad = [
        'x',
        '..',
        `${header}.${payload}`,
        `${good}.${signature}`,
        `${header}.${payload}.`,
        `${header}.e30.${signature}`,
        `bnVsbA.${payload}.${signature}`,
        `${header}.bnVsbA.${signature}`,
        `${header}.${payload}.!!!!`,
        `${base64urlJson([1])}.${payload}.${signature}`,
        `${header}.${Buffer.from('{"iss":').toString('base64url')}.${signature}`,
        `${'A'.repeat(4000)}.${payload}.${signature}`,
      ]
      for (const token of bad) {
        refused(await caller.attempt(METHOD, { token }), MALFORMED, token)
      }
    },
  },
  expired: {
    promise: 'a token that has expired is refused',
    contract: '§3',
    hint: 'exp is required and in the future, give or take the clocks’ 60 seconds',
    run: (stage) => refuses(stage, () => ({ iat: now() - 600, exp: now() - 300 }), ['JwtExpired']),
  },
  'clock-skew': {
    promise: 'clocks may differ by 60 seconds',
    contract: '§3',
    hint: 'allow for the skew at exp and at iat',
    async run(stage) {
      const past = await attempted(stage, { iat: now() - 60, exp: now() - SKEW_S })
      // A service whose memory of tokens is younger than the token says so, and nothing of its end.
      if (past.error !== 'ReplayedToken') accepted(past, `exp ${SKEW_S} s ago`)
      await accepts(stage, { iat: now() + SKEW_S, exp: now() + 60 }, `iat in ${SKEW_S} s`)
    },
  },
  'expiry-required': {
    promise: 'exp is required and at most one hour away',
    contract: '§3',
    hint: 'a token without an end, or with a late one, is refused however good its signature',
    async run(stage) {
      const late = ['BadJwtExpiry', 'BadJwt']
      await refuses(stage, () => ({ exp: undefined }), late)
      await refuses(stage, () => ({ exp: now() + 7_200 }), late)
      await refuses(stage, () => ({ exp: 'never' }), late)
    },
  },
  'issued-in-future': {
    promise: 'iat, where present, is not in the future',
    contract: '§3',
    hint: 'a token that is made later than now is not',
    run: (stage) =>
      refuses(stage, () => ({ iat: now() + 600, exp: now() + 900 }), ['BadJwtIssuedAt', 'BadJwt']),
  },
  audience: {
    promise: 'a token for another service is refused',
    contract: '§3',
    hint: 'compare aud exactly with the DID, bare or with #atproto_mls',
    async run(stage) {
      const { did } = stage.description
      for (const aud of ['did:web:other.example', `${did}#other`, `${did}.example`, undefined]) {
        await refuses(stage, () => ({ aud }), ['BadJwtAudience', 'BadJwt'])
      }
    },
  },
  method: {
    promise: 'a token for another method is refused',
    contract: '§3',
    hint: 'lxm is the NSID that is called (ENFORCE_LXM)',
    async run(stage) {
      for (const lxm of [`${NAMESPACE}.getConvo`, `${NAMESPACE}.getConvosx`, '*', undefined]) {
        await refuses(stage, () => ({ lxm }), ['BadJwtLexiconMethod', 'BadJwt'])
      }
    },
  },
  issuer: {
    promise: 'iss is a plain did:plc or did:web, and sub, where present, the same',
    contract: '§3',
    hint: 'no fragment, no did:key, no other method; a sub of somebody else is refused',
    async run(stage) {
      const { did } = stage.caller().account
      for (const iss of [`${did}#atproto`, 'did:key:zQ3sh', 'alice.example', '', undefined, 7]) {
        await refuses(stage, () => ({ iss }), ['BadJwtIss', 'BadJwt'])
      }
      await refuses(stage, () => ({ sub: 'did:web:other.example' }), ['BadJwtIss', 'BadJwt'])
    },
  },
  'token-id': {
    promise: 'jti is required',
    contract: '§3',
    hint: 'without a jti a token could be used again and again (ENFORCE_JTI)',
    async run(stage) {
      for (const jti of [undefined, '', 7]) {
        await refuses(stage, () => ({ jti }), ['BadJwtId', 'BadJwt'])
      }
    },
  },
  'replayed-token': {
    promise: 'a token is good for one use',
    contract: '§3',
    hint: 'remember jti until the token expires, in a store that all instances share',
    async run(stage) {
      const caller = stage.caller()
      const token = await caller.token(METHOD)
      accepted(await caller.attempt(METHOD, { token }), 'the first use')
      refused(await caller.attempt(METHOD, { token }), ['ReplayedToken'], 'the second use')
      const same = await caller.token(METHOD)
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, () => caller.attempt(METHOD, { token: same })),
      )
      const good = outcomes.filter(({ error }) => error === undefined)
      if (good.length !== 1) throw new Finding('one of six uses at once', `${good.length}`)
    },
  },
  signature: {
    promise: 'a signature by another key is refused',
    contract: '§3',
    hint: 'verify against the #atproto key of the DID document, before anything in the token counts',
    async run(stage) {
      const caller = stage.caller()
      const forger = await caller.account.forger()
      const claims = { aud: stage.description.did, lxm: `${NAMESPACE}.${METHOD}` }
      const token = await tokenOf(forger, claims)
      refused(await caller.attempt(METHOD, { token }), ['BadJwtSignature'], 'another key')
    },
  },
  algorithm: {
    promise: 'alg matches the key; none is no algorithm',
    contract: '§3',
    hint: 'take ES256 and ES256K, each with a key of its curve, and nothing else',
    async run(stage) {
      const caller = stage.caller()
      for (const alg of ['none', 'RS256', caller.account.alg === 'ES256' ? 'ES256K' : 'ES256']) {
        const token = await caller.token(METHOD, {}, { alg })
        const wanted = ['BadJwtAlgorithm', 'BadJwtSignature', 'BadJwt', 'DidResolutionFailed']
        refused(await caller.attempt(METHOD, { token }), wanted, `alg ${alg}`, [401, 502])
      }
    },
  },
  'key-id': {
    promise: 'kid is absent or #atproto',
    contract: '§3',
    hint: 'a token signed by another of the account’s keys is refused',
    async run(stage) {
      const caller = stage.caller()
      const token = await caller.token(METHOD, {}, { kid: '#other' })
      refused(await caller.attempt(METHOD, { token }), ['BadJwtKey', 'BadJwt'], 'kid #other')
      const named = await caller.token(METHOD, {}, { kid: '#atproto' })
      accepted(await caller.attempt(METHOD, { token: named }), 'kid #atproto')
    },
  },
  'low-s': {
    promise: 'signatures are low-S',
    contract: '§3',
    hint: 'the other valid signature of the same token is not taken',
    async run(stage) {
      const caller = stage.caller()
      const { alg } = caller.account
      if (alg === 'HS256') throw new NotApplicable('needs accounts with signing keys (--accounts)')
      const token = withHighS(await caller.token(METHOD), alg)
      refused(await caller.attempt(METHOD, { token }), ['BadJwtSignature'], 'a high s')
    },
  },
})

/** Whatever is wrong with a token first. */
const MALFORMED = [
  'AuthMissing',
  'BadJwt',
  'BadJwtType',
  'BadJwtAlgorithm',
  'BadJwtKey',
  'BadJwtIss',
  'BadJwtAudience',
  'BadJwtExpiry',
  'BadJwtSignature',
]

/** Methods that need no token; `streamConvoEvents` takes a ticket as well. */
const OPEN = ['describeServer']

/** Parameters that would do, so that nothing but the token is wrong. */
function sampleOf(params: LexXrpcParameters | undefined): Record<string, unknown> {
  const required = (params?.required ?? []).map(
    (name) => [name, params!.properties[name]!] as const,
  )
  return Object.fromEntries(
    required.map(([name, { type }]) => {
      if (type === 'integer') return [name, 1]
      if (type === 'array') return [name, ['did:web:nobody.invalid']]
      return [name, name === 'did' ? 'did:web:nobody.invalid' : 'ab'.repeat(32)]
    }),
  )
}

async function accepts(stage: Stage, claims: Claims, what: string): Promise<void> {
  accepted(await attempted(stage, claims), what)
}

async function attempted(stage: Stage, claims: Claims): Promise<Outcome> {
  const caller = stage.caller()
  return caller.attempt(METHOD, { token: await caller.token(METHOD, claims) })
}

async function refuses(
  stage: Stage,
  claims: (caller: Caller) => Claims,
  names: string[],
): Promise<void> {
  const caller = stage.caller()
  const changed = claims(caller)
  const token = await caller.token(METHOD, changed)
  refused(await caller.attempt(METHOD, { token }), names, `a token with ${show(changed)}`)
}

function accepted({ status, error, message }: Outcome, what: string): void {
  if (status !== 200) throw new Finding(`${what}: accepted`, `${status} ${error} ${message ?? ''}`)
}

function refused(
  { status, error, message }: Outcome,
  names: string[],
  what: string,
  statuses: number[] = [401],
): void {
  if (names.includes(error ?? '') && statuses.includes(status)) return
  throw new Finding(
    `${what}: ${statuses[0]} ${names.join(' or ')}`,
    `${status} ${error ?? 'accepted'} ${message ?? ''}`,
  )
}

function now(): number {
  return Math.ceil(Date.now() / 1000)
}
