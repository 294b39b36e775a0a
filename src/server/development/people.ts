import type { Did } from '../../lib/ids.js'

/**
 * Who one may be in development without an account. `.test` is nobody's (RFC 6761 §6.2), so that nobody
 * else is meant, and nothing outside this machine is asked about them.
 */
export const LOCAL_PEOPLE: readonly LocalPerson[] = [
  'Alice',
  'Bob',
  'Carol',
  'Dave',
  'Erin',
  'Frank',
  'Grace',
  'Heidi',
].map((displayName) => {
  const name = displayName.toLowerCase()
  return { did: `did:web:${name}.test` as Did, name, displayName }
})

export function localPerson(did: unknown): Did | undefined {
  return LOCAL_PEOPLE.find((person) => person.did === did)?.did
}

export interface LocalPerson {
  did: Did
  /** Short, unique, and enough to add them. */
  name: string
  displayName: string
}
