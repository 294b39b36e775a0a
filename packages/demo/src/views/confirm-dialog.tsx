import { Dialog } from './dialog.js'
import { ProblemNote } from './problem-note.js'
import { closeDialog } from './ui.js'
import type { DialogRequest } from './ui.js'
import { useAction } from './use-action.js'

/** Asks before what cannot be taken back. */
export function ConfirmDialog({
  title,
  text,
  verb,
  run,
}: Extract<DialogRequest, { kind: 'confirm' }>) {
  const action = useAction()
  return (
    <Dialog title={title}>
      <p>{text}</p>
      <ProblemNote problem={action.problem} />
      <div class="dialog-foot">
        <button type="button" class="button" onClick={closeDialog}>
          Cancel
        </button>
        <button
          type="button"
          class="button button-danger"
          disabled={action.busy}
          onClick={() =>
            void action.run(async () => {
              await run()
              closeDialog()
            })
          }
        >
          {verb}
        </button>
      </div>
    </Dialog>
  )
}
