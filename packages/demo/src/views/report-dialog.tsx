import { useSignal } from '@preact/signals'
import type { ReportCategory } from '@catbird/mls-client'
import type { Convo } from '../model/convo.js'
import { Dialog } from './dialog.js'
import { ProblemNote } from './problem-note.js'
import { closeDialog } from './ui.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

const POINTED_AT = 5

/** Tells those who moderate this conversation about somebody. */
export function ReportDialog({ convo, did }: { convo: Convo; did: string }) {
  const { names } = useChat()
  const category = useSignal<ReportCategory>('spam')
  const point = useSignal(true)
  const sent = useSignal(false)
  const action = useAction()
  const { name } = names.of(did)
  const report = async () => {
    const theirs = (convo.entries.peek() ?? [])
      .filter((entry) => entry.kind === 'message' && entry.sender.did === did)
      .slice(-POINTED_AT)
      .map(({ id }) => id)
    const messageIds = point.value && theirs.length > 0 ? { messageIds: theirs } : {}
    await convo.conversation.report(did, { category: category.value, ...messageIds })
    sent.value = true
  }
  if (sent.value) {
    return (
      <Dialog title={`Report ${name}`}>
        <p>Those who moderate this conversation have been told. {name} has not.</p>
        <div class="dialog-foot">
          <button type="button" class="button button-primary" onClick={closeDialog}>
            Done
          </button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={`Report ${name}`}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void action.run(report)
        }}
      >
        <label class="field">
          <span>What it is about</span>
          <select
            value={category.value}
            onChange={({ currentTarget }) =>
              (category.value = currentTarget.value as ReportCategory)
            }
          >
            {CATEGORIES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={point.value}
            onChange={({ currentTarget }) => (point.value = currentTarget.checked)}
          />
          <span>
            Point to their last messages
            <small class="hint">By number: the service learns nothing of what they say</small>
          </span>
        </label>
        <p class="hint">Admins and moderators of this conversation see it, not who reported.</p>
        <ProblemNote problem={action.problem} />
        <div class="dialog-foot">
          <button type="button" class="button" onClick={closeDialog}>
            Cancel
          </button>
          <button type="submit" class="button button-danger" disabled={action.busy}>
            Send report
          </button>
        </div>
      </form>
    </Dialog>
  )
}

export const CATEGORIES: [ReportCategory, string][] = [
  ['spam', 'Spam'],
  ['harassment', 'Harassment'],
  ['hate', 'Hate'],
  ['violence', 'Violence or threats'],
  ['sexual', 'Unwanted sexual content'],
  ['childSafety', 'Danger to a child'],
  ['selfHarm', 'Self-harm'],
  ['impersonation', 'Pretending to be somebody else'],
  ['other', 'Something else'],
]
