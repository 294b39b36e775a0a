import type { SafetyDevice } from '@catbird/mls-client'
import type { Convo } from '../model/convo.js'
import { Avatar } from './avatar.js'
import { useChat } from './use-chat.js'

/** The devices of the group by its verified tree, with the fingerprints of their keys. */
export function DeviceRoster({ convo, devices }: DeviceRosterProps) {
  const { names } = useChat()
  const listed = convo.now.value.members
  const present = [...new Set(devices.map(({ did }) => did))]
  const absent = listed.filter((did) => !present.includes(did))
  return (
    <section aria-labelledby="roster-heading">
      <h3 id="roster-heading" class="panel-heading">
        Devices that can read this
      </h3>
      <ul>
        {present.map((did) => {
          const { name, own } = names.of(did)
          return (
            <li key={did} class="safety-person">
              <p>
                <Avatar did={did} name={name} size={32} />
                <span class="ellipsis">
                  {name}
                  {own && <span class="muted"> (you)</span>}
                </span>
              </p>
              <ul class="fingerprints">
                {devices
                  .filter((device) => device.did === did)
                  .map(({ deviceId, fingerprint, own: current }) => (
                    <li key={deviceId}>
                      <span class="muted">{deviceId}</span>{' '}
                      {current && <span class="role">This device</span>}
                      <code>{fingerprint}</code>
                    </li>
                  ))}
              </ul>
            </li>
          )
        })}
      </ul>
      {absent.length > 0 && (
        <p class="hint panel-text">
          {absent.map((did) => names.of(did).name).join(', ')}: a member as the service says, with
          no device in the group, so not able to read.
        </p>
      )}
    </section>
  )
}

interface DeviceRosterProps {
  convo: Convo
  devices: SafetyDevice[]
}
