import type { Session } from './session.js'

/** The session that this browser has, or has just come back with; undefined where there is none. */
export async function restoreSession(): Promise<Session | undefined> {
  return undefined
}

/** Goes to the account's own server to sign in; the page is left, so this does not resolve. */
export async function signInWithHandle(handle: string): Promise<never> {
  throw new Error(`${handle}: signing in with an account is not there yet`)
}
