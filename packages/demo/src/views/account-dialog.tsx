import { receipts, theme } from '../model/preferences.js'
import type { Theme } from '../model/preferences.js'
import { addressFor } from '../sign-in/find-session.js'
import { AccountData } from './account-data.js'
import { DeviceList } from './device-list.js'
import { Dialog } from './dialog.js'
import { Icon } from './icon.js'
import { ProblemNote } from './problem-note.js'
import { openDialog } from './ui.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

/** The account: its devices, how things look, and the way out. */
export function AccountDialog() {
  const chat = useChat()
  const own = chat.names.of(chat.client.did)
  return (
    <Dialog title={own.name} wide>
      <code class="did">{own.did}</code>
      <DeviceList />
      <Blocked />
      <Preferences />
      <AccountData />
      <SignOut />
    </Dialog>
  )
}

function Blocked() {
  const chat = useChat()
  const action = useAction()
  const blocks = chat.blocks.value
  if (blocks.length === 0) return null
  return (
    <section aria-labelledby="blocked-heading">
      <h3 id="blocked-heading" class="panel-heading">
        Blocked
      </h3>
      <ul class="device-list">
        {blocks.map((did) => (
          <li key={did} class="device">
            <span class="device-texts">{chat.names.of(did).name}</span>
            <button
              type="button"
              class="button button-small"
              aria-label={`Unblock ${chat.names.of(did).name}`}
              disabled={action.busy}
              onClick={() => void action.run(() => chat.unblock(did))}
            >
              Unblock
            </button>
          </li>
        ))}
      </ul>
      <ProblemNote problem={action.problem} />
    </section>
  )
}

function Preferences() {
  return (
    <section aria-labelledby="preferences-heading">
      <h3 id="preferences-heading" class="panel-heading">
        In this browser
      </h3>
      <fieldset class="choice">
        <legend>Appearance</legend>
        {THEMES.map(([value, label]) => (
          <label key={value}>
            <input
              type="radio"
              name="theme"
              checked={theme.value === value}
              onChange={() => (theme.value = value)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <label class="check">
        <input
          type="checkbox"
          checked={receipts.value === 'on'}
          onChange={({ currentTarget }) => (receipts.value = currentTarget.checked ? 'on' : 'off')}
        />
        <span>
          Read receipts
          <small class="hint">Show people in a conversation how far you have read</small>
        </span>
      </label>
    </section>
  )
}

const THEMES: [Theme, string][] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

function SignOut() {
  const chat = useChat()
  const action = useAction()
  const leave = async () => {
    await chat.close()
    await chat.session.signOut()
    location.assign(addressFor(undefined))
  }
  return (
    <section class="row">
      <button
        type="button"
        class="button"
        disabled={action.busy}
        onClick={() => void action.run(leave)}
      >
        <Icon name="leave" /> Sign out
      </button>
      <button
        type="button"
        class="button button-danger-quiet"
        onClick={() =>
          openDialog({
            kind: 'confirm',
            title: 'Forget this device?',
            text: 'Its keys, and the messages that this browser has kept, are deleted. Your other devices keep theirs.',
            verb: 'Forget',
            run: async () => {
              await chat.forget()
              await chat.session.signOut()
              location.assign(addressFor(undefined))
            },
          })
        }
      >
        Forget this device
      </button>
      <ProblemNote problem={action.problem} />
    </section>
  )
}
