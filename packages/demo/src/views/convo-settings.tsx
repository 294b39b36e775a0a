import type { Convo } from '../model/convo.js'
import { go } from '../model/route.js'
import { PanelButton } from './panel-button.js'
import { ProblemNote } from './problem-note.js'
import { openDialog } from './ui.js'
import { useAction } from './use-action.js'

/** What can be changed about a conversation, other than who is in it. */
export function ConvoSettings({ convo }: { convo: Convo }) {
  const action = useAction()
  const { muted, direct, role } = convo.now.value
  const toggle = () => (muted ? convo.conversation.unmute() : convo.conversation.mute())
  return (
    <section aria-labelledby="settings-heading">
      <h3 id="settings-heading" class="panel-heading">
        This conversation
      </h3>
      {!direct && role === 'admin' && <AdminSettings convo={convo} />}
      <PanelButton
        icon={muted ? 'bell' : 'bellOff'}
        label={muted ? 'Unmute' : 'Mute'}
        onClick={() => void action.run(toggle)}
      />
      <ProblemNote problem={action.problem} />
      <PanelButton
        icon="leave"
        label="Leave"
        danger
        onClick={() =>
          openDialog({
            kind: 'confirm',
            title: 'Leave this conversation?',
            text: 'You read nothing of what is said from then on. What you have read stays in this browser.',
            verb: 'Leave',
            run: async () => {
              await convo.conversation.leave()
              go({})
            },
          })
        }
      />
    </section>
  )
}

function AdminSettings({ convo }: { convo: Convo }) {
  const action = useAction()
  const { facts } = convo.now.value
  const open = facts?.whoCanAdd === 'member'
  const { maxMembers } = facts ?? {}
  const setOpen = (whoCanAdd: 'member' | 'admin') =>
    convo.conversation.setPolicy({ whoCanAdd, ...(maxMembers !== undefined && { maxMembers }) })
  return (
    <>
      <PanelButton
        icon="edit"
        label="Name and description"
        onClick={() => openDialog({ kind: 'rename', convoId: convo.id })}
      />
      <label class="check panel-check">
        <input
          type="checkbox"
          checked={open}
          disabled={action.busy}
          onChange={() => void action.run(() => setOpen(open ? 'admin' : 'member'))}
        />
        <span>Everybody may add people</span>
      </label>
      <ProblemNote problem={action.problem} />
      <PanelButton
        icon="refresh"
        label="Begin the group anew"
        onClick={() =>
          openDialog({
            kind: 'confirm',
            title: 'Begin the group anew?',
            text: 'For a group that nobody can change any more: it gets new keys from scratch. Messages, people and roles stay; who is away comes in again by itself.',
            verb: 'Begin anew',
            run: () => convo.conversation.reset(),
          })
        }
      />
    </>
  )
}
