import { useSignal } from '@preact/signals'
import type { Convo } from '../model/convo.js'
import { Dialog } from './dialog.js'
import { PeopleField, everyone } from './people-field.js'
import { ProblemNote } from './problem-note.js'
import { closeDialog } from './ui.js'
import { useAction } from './use-action.js'

export function AddDialog({ convo }: { convo: Convo }) {
  const people = useSignal<string[]>([])
  const typed = useSignal('')
  const action = useAction()
  const add = async () => {
    const wanted = everyone(people.value, typed.value)
    if (wanted.length === 0) throw new Error('Say who is to be added.')
    await convo.conversation.add(...wanted)
    convo.refresh()
    closeDialog()
  }
  return (
    <Dialog title="Add people">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void action.run(add)
        }}
      >
        <PeopleField chosen={people} typed={typed} without={convo.now.value.members} />
        <p class="hint">They read what is said from now on, and nothing from before.</p>
        <ProblemNote problem={action.problem} />
        <div class="dialog-foot">
          <button type="button" class="button" onClick={closeDialog}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={action.busy}>
            {action.busy ? 'Adding…' : 'Add'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
