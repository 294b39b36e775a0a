import { Brand } from './brand.js'
import { Icon } from './icon.js'
import { openDialog } from './ui.js'
import { useChat } from './use-chat.js'

/** No conversation is open. */
export function EmptyView() {
  const some = useChat().convos.value.length > 0
  return (
    <main class="conversation empty-view">
      <Brand size={72} />
      <h1>{some ? 'Choose a conversation' : 'Nobody has heard from you yet'}</h1>
      <p>
        {some
          ? 'Or begin another one. Everything is encrypted for the people in it.'
          : 'Begin a conversation with one person, or with many.'}
      </p>
      <button
        type="button"
        class="button button-primary"
        onClick={() => openDialog({ kind: 'new' })}
      >
        <Icon name="edit" /> New conversation
      </button>
    </main>
  )
}
