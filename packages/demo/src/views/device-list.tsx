import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { MlsClient } from '@catbird/mls-client'
import { problemOf } from '../model/problem.js'
import { dayLabel } from '../text/dates.js'
import { count } from '../text/sizes.js'
import { Icon } from './icon.js'
import { ProblemNote } from './problem-note.js'
import { openDialog } from './ui.js'
import { useChat } from './use-chat.js'

/** The account's devices, as the service has them; all but this one can be ended here. */
export function DeviceList() {
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

type Device = Awaited<ReturnType<MlsClient['devices']>>[number]
