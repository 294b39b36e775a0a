import type { Connection } from '../model/chat.js'
import { Icon } from './icon.js'
import { useChat } from './use-chat.js'

/** How the connection is; nothing when all is well. */
export function ConnectionNote() {
  const { state } = useChat().connection.value
  const text = TEXTS[state]
  return (
    <div role="status" class="connection-slot">
      {text !== undefined && (
        <p class={`connection connection-${state}`}>
          {state === 'offline' ? <Icon name="warning" size={16} /> : <span class="spinner" />}
          {text}
        </p>
      )}
    </div>
  )
}

const TEXTS: Record<Connection['state'], string | undefined> = {
  connecting: 'Connecting…',
  online: undefined,
  resuming: 'Connection lost. Resuming…',
  offline: 'You are offline. What you write is sent later.',
}
