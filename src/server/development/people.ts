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
  const handle = `${displayName.toLowerCase()}.test`
  return { did: `did:web:${handle}` as Did, handle, displayName }
})

export function localPerson(did: unknown): Did | undefined {
  return LOCAL_PEOPLE.find((person) => person.did === did)?.did
}

export interface LocalPerson {
  did: Did
  handle: string
  displayName: string
}
