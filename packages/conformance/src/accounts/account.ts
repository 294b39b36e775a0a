/** Claims of a service token; `undefined` leaves one out. */
export interface Claims {
  iss?: unknown
  aud?: unknown
  lxm?: unknown
  iat?: unknown
  exp?: unknown
  jti?: unknown
  [claim: string]: unknown
}

/** An account that the kit speaks for. */
export interface Account {
  readonly did: string
  /** What its tokens are signed by: `HS256` for development tokens. */
  readonly alg: 'HS256' | 'ES256' | 'ES256K'
  /** Signs the part of a JWT before its last dot. */
  sign(signed: string): Promise<Uint8Array>
  /** The same account with a key that is not its own, to forge with. */
  forger(): Promise<Account>
}

/** Where the accounts of a run come from. */
export interface Accounts {
  /** Whether each is new and nobody else's: such an account may be deleted. */
  readonly throwaway: boolean
  /** That many different accounts, none of those taken; throws a `TooFewAccounts`. */
  take(count: number, taken: ReadonlySet<Account>): Account[]
  /** For checks that run at the same time: at most as many parts, none with an account of another. */
  split(parts: number): Accounts[]
}

/** There are not as many accounts as a check needs. */
export class TooFewAccounts extends Error {
  override readonly name = 'TooFewAccounts'
}
