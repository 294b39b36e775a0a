import { useSignal } from '@preact/signals'
import type { Convo } from '../model/convo.js'
import { Dialog } from './dialog.js'
import { ProblemNote } from './problem-note.js'
import { closeDialog } from './ui.js'
import { useAction } from './use-action.js'

export function RenameDialog({ convo }: { convo: Convo }) {
  const { title } = convo.now.value
  const name = useSignal(title?.name ?? '')
  const description = useSignal(title?.description ?? '')
  const action = useAction()
  const save = async () => {
    await convo.conversation.rename({
      name: name.value.trim(),
      description: description.value.trim(),
    })
    convo.refresh()
    closeDialog()
  }
  return (
    <Dialog title="Name of the group">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void action.run(save)
        }}
      >
        <label class="field">
          <span>Name</span>
          <input
            value={name.value}
            maxLength={128}
            required
            onInput={({ currentTarget }) => (name.value = currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Description</span>
          <textarea
            rows={3}
            maxLength={1000}
            value={description.value}
            onInput={({ currentTarget }) => (description.value = currentTarget.value)}
          />
        </label>
        <p class="hint">Both are encrypted: only members can read them.</p>
        <ProblemNote problem={action.problem} />
        <div class="dialog-foot">
          <button type="button" class="button" onClick={closeDialog}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={action.busy}>
            {action.busy ? 'Saving…' : 'Save'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
