import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { Avatar } from './avatar.js'
import { Icon } from './icon.js'
import { useChat } from './use-chat.js'

/** Chooses people by handle or DID; those whom this browser knows are offered. */
export function PeopleField({ chosen, typed, without }: PeopleFieldProps) {
  const chat = useChat()
  const hint = useId()
  const known = chat
    .acquaintances()
    .filter(({ did, handle }) => !without.includes(did) && !isChosen(chosen.value, did, handle))
    .filter(({ name, handle }) => begins(typed.value, name, handle))
  const add = (person: string) => {
    const name = person.trim().replace(/^@/, '')
    typed.value = ''
    if (name === '' || isChosen(chosen.value, name, name)) return
    chosen.value = [...chosen.value, name]
  }
  return (
    <div class="stack">
      <label class="field">
        <span>People</span>
        <input
          value={typed.value}
          placeholder="Handle or DID"
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          aria-describedby={hint}
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== ',') return
            if (typed.value.trim() === '') return
            event.preventDefault()
            add(typed.value)
          }}
        />
      </label>
      <small id={hint} class="hint field-hint">
        One after another; Enter takes each
      </small>
      {chosen.value.length > 0 && (
        <ul class="chips" aria-label="Chosen">
          {chosen.value.map((person) => (
            <li key={person} class="chip">
              {labelOf(chat.names, person)}
              <button
                type="button"
                aria-label={`Leave out ${labelOf(chat.names, person)}`}
                onClick={() => (chosen.value = chosen.value.filter((each) => each !== person))}
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {known.length > 0 && (
        <ul class="suggestions" aria-label="Suggestions">
          {known.slice(0, 12).map(({ did, name, handle }) => (
            <li key={did}>
              <button
                type="button"
                class="suggestion"
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => add(did)}
              >
                <Avatar did={did} name={name} size={28} />
                <span class="ellipsis">{name}</span>
                {name !== handle && <small class="ellipsis">{handle}</small>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Those who were taken, and the one whose name stands in the field still. */
export function everyone(chosen: readonly string[], typed: string): string[] {
  const name = typed.trim().replace(/^@/, '')
  return name === '' || chosen.includes(name) ? [...chosen] : [...chosen, name]
}

function isChosen(chosen: readonly string[], ...names: string[]): boolean {
  return names.some((name) => chosen.includes(name))
}

function begins(text: string, ...names: string[]): boolean {
  const start = text.trim().replace(/^@/, '').toLowerCase()
  return names.some((name) => name.toLowerCase().startsWith(start))
}

function labelOf(names: { of(did: string): { name: string } }, person: string): string {
  return person.startsWith('did:') ? names.of(person).name : person
}

interface PeopleFieldProps {
  /** Handles and DIDs. */
  chosen: Signal<string[]>
  /** What is in the field and was not taken yet. */
  typed: Signal<string>
  /** DIDs that are not offered. */
  without: readonly string[]
}
