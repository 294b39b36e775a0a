import { type Fault, forgiving, type ProxiedAnswer } from '../fault.js'

/** What goes wrong with tokens. */
export const authFaults: Fault[] = [
  {
    name: 'accept-replayed-token',
    does: 'answers a token that was used before as it did the first time',
    caughtBy: ['auth.replayed-token'],
    begin() {
      const answered = new Map<string, ProxiedAnswer>()
      return {
        answer({ token }, answer) {
          if (answer.json?.error === 'ReplayedToken') return answered.get(token)
          answered.set(token, answer)
          return undefined
        },
      }
    },
  },
  {
    name: 'accept-expired-token',
    does: 'does not look when a token ends',
    caughtBy: ['auth.expired'],
    begin: () => forgiving(/^JwtExpired$/, () => ({ conversations: [] })),
  },
  {
    name: 'accept-foreign-token',
    does: 'takes tokens for other services and methods',
    caughtBy: ['auth.audience', 'auth.method'],
    begin: () => forgiving(/^BadJwt(?:Audience|LexiconMethod)$/, () => ({ conversations: [] })),
  },
  {
    name: 'accept-forged-token',
    does: 'does not verify signatures',
    caughtBy: ['auth.signature'],
    begin: () => forgiving(/^BadJwtSignature$/, () => ({ conversations: [] })),
  },
  {
    name: 'accept-anybody',
    does: 'answers without a token',
    caughtBy: ['auth.missing', 'auth.every-method'],
    begin: () => forgiving(/^AuthMissing$/, () => ({ conversations: [] })),
  },
]
