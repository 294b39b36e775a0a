import { MlsClientError, serviceTokens } from '@catbird/mls-client'
import type { LocalPerson, Session } from './session.js'

/** The local people of a service in development; nobody where development tokens are off. */
export async function localPeople(service: string): Promise<LocalPerson[]> {
  const answer = await fetch(`${service}/dev/people`).catch(() => undefined)
  if (!answer?.ok) return []
  return ((await answer.json()) as { people: LocalPerson[] }).people
}

/** Signs in as one of them: no password, no question. */
export function signInAs(service: string, person: LocalPerson, people: LocalPerson[]): Session {
  const tokens = serviceTokens(person.did, async ({ lxm }) => {
    const answer = await fetch(`${service}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ did: person.did, lxm }),
    })
    if (!answer.ok) throw new Error(`no development token: the service said ${answer.status}`)
    return ((await answer.json()) as { token: string }).token
  })
  const profiles = new Map(people.map((each) => [each.did, profileOf(each)]))
  return {
    did: person.did,
    ...profileOf(person),
    service,
    auth: {
      ...tokens,
      resolveHandle: async (handle) => {
        const found = people.find(({ did, name }) => name === handle || did === `did:web:${handle}`)
        if (found === undefined) {
          throw new MlsClientError('handle', `nobody here is called ${handle}`)
        }
        return found.did
      },
    },
    people,
    profile: async (did) => profiles.get(did),
    signOut: async () => undefined,
  }
}

function profileOf({ name, displayName }: LocalPerson) {
  return { handle: name, displayName }
}
