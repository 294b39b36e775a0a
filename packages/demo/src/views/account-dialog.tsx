import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { MlsClient } from '@catbird/mls-client'
import { receipts, theme } from '../model/preferences.js'
import type { Theme } from '../model/preferences.js'
import { problemOf } from '../model/problem.js'
import { addressFor } from '../sign-in/find-session.js'
import { dayLabel } from '../text/dates.js'
import { count } from '../text/sizes.js'
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
      <Devices />
      <Blocked />
      <Preferences />
      <SignOut />
    </Dialog>
  )
}

function Devices() {
  const chat = useChat()
  const devices = useSignal<Device[] | undefined>(undefined)
  const failed = useSignal<unknown>(undefined)
  const version = chat.devicesVersion.value
  useEffect(() => {
    chat.client.devices().then(
      (found) => (devices.value = found),
      (error: unknown) => (failed.value = error),
    )
  }, [version])
  return (
    <section aria-labelledby="devices-heading">
      <h3 id="devices-heading" class="panel-heading">
        Your devices
      </h3>
      <ProblemNote problem={failed.value === undefined ? undefined : problemOf(failed.value)} />
      {devices.value === undefined && failed.value === undefined && (
        <div class="skeleton-row" aria-busy="true" aria-label="Loading devices">
          <span class="skeleton skeleton-line" />
        </div>
      )}
      <ul class="device-list">
        {devices.value?.map((device) => (
          <DeviceRow key={device.deviceId} device={device} />
        ))}
      </ul>
    </section>
  )
}

function DeviceRow({ device }: { device: Device }) {
  const chat = useChat()
  const { deviceId, name, createdAt, lastSeenAt, keyPackagesAvailable } = device
  const current = deviceId === chat.client.deviceId
  const since =
    createdAt && new Date(createdAt).toLocaleDateString(undefined, { dateStyle: 'medium' })
  const seen = lastSeenAt && dayLabel(new Date(lastSeenAt), new Date()).toLowerCase()
  return (
    <li class="device">
      <Icon name="device" size={24} />
      <div class="device-texts">
        <p>
          <strong>{name ?? 'Device'}</strong> {current && <span class="role">This one</span>}
        </p>
        <small>
          <code>{deviceId}</code>
          {since && ` · since ${since}`}
          {seen && !current && ` · last seen ${seen}`}
          {keyPackagesAvailable !== undefined && ` · ${count(keyPackagesAvailable, 'key package')}`}
        </small>
      </div>
      {!current && (
        <button
          type="button"
          class="button button-small"
          aria-label={`Delete ${name ?? deviceId}`}
          onClick={() =>
            openDialog({
              kind: 'confirm',
              title: 'Delete this device?',
              text: 'Its keys are removed from every group. It cannot come back under this name. If it was stolen, end its session at your account’s server as well.',
              verb: 'Delete',
              run: () => chat.client.deleteDevice(deviceId),
            })
          }
        >
          Delete
        </button>
      )}
    </li>
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

type Device = Awaited<ReturnType<MlsClient['devices']>>[number]
