import type { Auth } from '@catbird/mls-client'

/** What every way of signing in gives to the chat: an account, and how its requests are authorised. */
export interface Session {
  did: string
  /** Without `@`. */
  handle?: string
  displayName?: string
  auth: Auth
  /** Address of the delivery service, without a slash at its end. */
  service: string
  /** What an account is called; undefined where nobody knows. Answers are kept by the caller. */
  profile?(did: string): Promise<Profile | undefined>
  /** People to offer where somebody is looked for. */
  people?: { did: string }[]
  /** Ends the session at its issuer and forgets it in this browser. Keys and messages stay. */
  signOut(): Promise<void>
}

export interface Profile {
  handle?: string
  displayName?: string
}

/** A person whom anybody at this computer may be, at a service in development. */
export interface LocalPerson {
  did: string
  /** Short and unique, as in `?as=alice`. */
  name: string
  displayName: string
}
