import { useSignal } from '@preact/signals'
import { problemOf } from '../model/problem.js'
import { serviceAddress } from '../model/service-address.js'
import { signInAs } from '../sign-in/development.js'
import { addressFor } from '../sign-in/find-session.js'
import { signInWithHandle } from '../sign-in/oauth.js'
import type { LocalPerson, Session } from '../sign-in/session.js'
import { Avatar } from './avatar.js'
import { Brand } from './brand.js'
import { Icon } from './icon.js'
import { ProblemNote } from './problem-note.js'
import { useAction } from './use-action.js'

/** The first page: what this is, and the ways in. */
export function SignInPage({ people, problem, onSession }: SignInPageProps) {
  return (
    <main class="sign-in">
      <header class="sign-in-head">
        <Brand size={64} />
        <h1>Catbird</h1>
        <p class="lead">
          Group chat that only its members can read. Messages are encrypted on your device, by MLS,
          for the devices of the people you talk to.
        </p>
      </header>
      <div class="sign-in-ways">
        {people.length > 0 && <LocalWay people={people} onSession={onSession} />}
        <AccountWay problem={problem} />
      </div>
      <ul class="promises">
        <li>
          <Icon name="lock" /> Keys are made in this browser and never leave it.
        </li>
        <li>
          <Icon name="shieldCheck" /> Who is in a group is checked here, not believed.
        </li>
        <li>
          <Icon name="people" /> Your account is the one you have on the AT Protocol.
        </li>
      </ul>
    </main>
  )
}

function LocalWay({ people, onSession }: Pick<SignInPageProps, 'people' | 'onSession'>) {
  const enter = (event: Event, person: LocalPerson) => {
    event.preventDefault()
    history.replaceState(null, '', addressFor({ as: person.name }))
    onSession(signInAs(serviceAddress(), person, people))
  }
  const [first, second] = people
  return (
    <section class="card" aria-labelledby="local-heading">
      <h2 id="local-heading">Try it as somebody</h2>
      <p class="hint">This service runs in development: everybody may be any of these people.</p>
      <ul class="person-grid">
        {people.map((person) => (
          <li key={person.did}>
            <a
              class="person-tile"
              href={addressFor({ as: person.name })}
              onClick={(event) => {
                if (!event.metaKey && !event.ctrlKey && !event.shiftKey) enter(event, person)
              }}
            >
              <Avatar did={person.did} name={person.displayName} size={48} />
              <span>
                <span class="sr-only">Continue as</span> {person.displayName}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {first !== undefined && second !== undefined && (
        <a class="button button-wide" href={addressFor({ pair: [first.name, second.name] })}>
          Open {first.displayName} and {second.displayName} side by side
        </a>
      )}
    </section>
  )
}

function AccountWay({ problem }: { problem: unknown }) {
  const handle = useSignal('')
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(() => signInWithHandle(handle.value.trim().replace(/^@/, '')))
  }
  return (
    <section class="card" aria-labelledby="account-heading">
      <h2 id="account-heading">Use your account</h2>
      <form class="stack" onSubmit={submit}>
        <label class="field">
          <span>Handle</span>
          <input
            name="handle"
            value={handle.value}
            placeholder="you.bsky.social"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            onInput={({ currentTarget }) => (handle.value = currentTarget.value)}
          />
        </label>
        <button type="submit" class="button button-primary" disabled={action.busy}>
          {action.busy ? 'Going to your server…' : 'Sign in'}
        </button>
        <p class="hint">
          You sign in at your own server. This page never sees your password, and gets leave to use
          this chat service only.
        </p>
      </form>
      <ProblemNote
        problem={action.problem ?? (problem === undefined ? undefined : problemOf(problem))}
      />
    </section>
  )
}

interface SignInPageProps {
  people: LocalPerson[]
  /** Why coming back from signing in has failed. */
  problem: unknown
  onSession(session: Session): void
}
