import { useSignal } from '@preact/signals'
import { go } from '../model/route.js'
import { Dialog } from './dialog.js'
import { PeopleField, everyone } from './people-field.js'
import { ProblemNote } from './problem-note.js'
import { closeDialog } from './ui.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

/** Begins a conversation: with one person the one of the two, with more a group. */
export function NewDialog() {
  const chat = useChat()
  const people = useSignal<string[]>([])
  const typed = useSignal('')
  const name = useSignal('')
  const isGroup = useSignal(false)
  const action = useAction()
  const wanted = everyone(people.value, typed.value)
  const group = isGroup.value || wanted.length > 1
  const begin = async () => {
    const { client } = chat
    const [only] = wanted
    if (only === undefined && !group) throw new Error('Say who you want to talk with.')
    const title = name.value.trim()
    const conversation =
      group || only === undefined
        ? await client.create({ people: wanted, ...(title !== '' && { name: title }) })
        : await client.direct(only)
    chat.show(conversation.id)
    closeDialog()
    go({ convoId: conversation.id })
  }
  return (
    <Dialog title="New conversation">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void action.run(begin)
        }}
      >
        <PeopleField chosen={people} typed={typed} without={[chat.client.did]} />
        <label class="check">
          <input
            type="checkbox"
            checked={group}
            disabled={wanted.length > 1}
            onChange={({ currentTarget }) => (isGroup.value = currentTarget.checked)}
          />
          <span>
            A group
            <small class="hint">Others can be added later, and it can have a name</small>
          </span>
        </label>
        {group && (
          <label class="field">
            <span>Name of the group</span>
            <input
              value={name.value}
              maxLength={128}
              placeholder="Readable by its members only"
              onInput={({ currentTarget }) => (name.value = currentTarget.value)}
            />
          </label>
        )}
        <ProblemNote problem={action.problem} />
        <div class="dialog-foot">
          <button type="button" class="button" onClick={closeDialog}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={action.busy}>
            {action.busy ? 'Encrypting…' : 'Begin'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
