import { localPeople, signInAs } from './development.js'
import { restoreSession } from './oauth.js'
import type { LocalPerson, Session } from './session.js'

/** Who is signed in here: the local person that the address names, or the account of this browser. */
export async function findSession(service: string): Promise<Found> {
  const people = await localPeople(service).catch(() => [])
  const name = new URLSearchParams(location.search).get('as')
  const person = people.find((each) => each.name === name)
  if (person !== undefined) return { session: signInAs(service, person, people), people }
  try {
    const session = await restoreSession()
    return { people, ...(session !== undefined && { session }) }
  } catch (error) {
    return { people, error }
  }
}

/** The address of this page for one local person, or for two side by side. */
export function addressFor(choice: { as: string } | { pair: string[] } | undefined): string {
  const url = new URL(location.href)
  url.hash = ''
  url.search = ''
  if (choice !== undefined && 'as' in choice) url.searchParams.set('as', choice.as)
  if (choice !== undefined && 'pair' in choice) url.search = `?pair=${choice.pair.join(',')}`
  return url.href
}

interface Found {
  session?: Session
  people: LocalPerson[]
  error?: unknown
}
