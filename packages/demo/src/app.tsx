import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { serviceAddress } from './model/service-address.js'
import { OpenChat } from './views/open-chat.js'
import { SideBySide } from './views/side-by-side.js'
import { SignInPage } from './views/sign-in-page.js'
import { findSession } from './sign-in/find-session.js'
import type { LocalPerson, Session } from './sign-in/session.js'

/** Signed in, the chat; else the way to it. `?pair=alice,bob` shows two people of a local service. */
export function App() {
  const state = useSignal<AppState>({ view: 'looking' })
  useEffect(() => {
    void look(serviceAddress()).then((found) => (state.value = found))
  }, [])
  const now = state.value
  switch (now.view) {
    case 'looking':
      return <p class="page-wait">Catbird</p>
    case 'pair':
      return <SideBySide names={now.names} />
    case 'chat':
      return <OpenChat session={now.session} />
    case 'signIn':
      return (
        <SignInPage
          people={now.people}
          problem={now.problem}
          onSession={(session) => (state.value = { view: 'chat', session })}
        />
      )
    default:
      return now satisfies never
  }
}

async function look(service: string): Promise<AppState> {
  const pair = new URLSearchParams(location.search).get('pair')?.split(',').slice(0, 2)
  if (pair?.length === 2) return { view: 'pair', names: pair }
  const { session, people, error } = await findSession(service)
  if (session !== undefined) return { view: 'chat', session }
  return { view: 'signIn', people, problem: error }
}

type AppState =
  | { view: 'looking' }
  | { view: 'pair'; names: string[] }
  | { view: 'chat'; session: Session }
  | { view: 'signIn'; people: LocalPerson[]; problem: unknown }
