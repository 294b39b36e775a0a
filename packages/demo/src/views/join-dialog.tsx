import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { InvitePreview } from '@catbird/mls-client'
import { go, readInvite } from '../model/route.js'
import { listOf } from '../text/names.js'
import { Dialog } from './dialog.js'
import { ProblemNote } from './problem-note.js'
import { closeDialog } from './ui.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

/** Comes into a conversation by an invite, after a look at who is in it. */
export function JoinDialog({ secret }: { secret?: string | undefined }) {
  const chat = useChat()
  const text = useSignal(secret ?? '')
  const preview = useSignal<InvitePreview | undefined>(undefined)
  const action = useAction()
  const look = () =>
    action.run(async () => {
      preview.value = await chat.client.previewInvite(readInvite(text.value))
    })
  const join = async () => {
    const conversation = await chat.client.joinByInvite(readInvite(text.value))
    chat.show(conversation.id)
    closeDialog()
    go({ convoId: conversation.id })
  }
  useEffect(() => {
    if (secret !== undefined) void look()
  }, [])
  const shown = preview.value
  return (
    <Dialog title="Join by invite">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (shown === undefined) void look()
          else void action.run(join)
        }}
      >
        <label class="field">
          <span>Invite</span>
          <input
            value={text.value}
            required
            autocomplete="off"
            spellcheck={false}
            placeholder="The link that you were given"
            onInput={({ currentTarget }) => {
              text.value = currentTarget.value
              preview.value = undefined
            }}
          />
        </label>
        {shown !== undefined && (
          <div class="note">
            <p>
              <strong>{shown.title?.name ?? 'A conversation'}</strong> of{' '}
              {listOf(
                shown.members.map((did) => chat.names.of(did).name),
                5,
              )}
              . You will read what is said from now on.
            </p>
          </div>
        )}
        <ProblemNote problem={action.problem} />
        <div class="dialog-foot">
          <button type="button" class="button" onClick={closeDialog}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={action.busy}>
            {shown === undefined ? 'Look' : action.busy ? 'Joining…' : 'Join'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
