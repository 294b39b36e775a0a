import type { Convo } from '../model/convo.js'
import { go } from '../model/route.js'
import { Avatar } from './avatar.js'
import { Dialog } from './dialog.js'
import { PanelButton } from './panel-button.js'
import { ROLES } from './people-panel.js'
import { ProblemNote } from './problem-note.js'
import { closeDialog, openDialog } from './ui.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

/** One person of a conversation, and what one may do. */
export function PersonDialog({ convo, did }: { convo: Convo; did: string }) {
  const chat = useChat()
  const person = chat.names.of(did)
  const action = useAction()
  const { direct, role, facts, status, members } = convo.now.value
  const theirs = facts?.roles[did] ?? 'member'
  const active = status === 'active' && members.includes(did)
  const mayRemove =
    active && !direct && (role === 'admin' || (role === 'moderator' && theirs === 'member'))
  const write = async () => {
    const conversation = await chat.client.direct(did)
    chat.show(conversation.id)
    closeDialog()
    go({ convoId: conversation.id })
  }
  return (
    <Dialog title={person.own ? `${person.name} (you)` : person.name}>
      <div class="person-card">
        <Avatar did={did} name={person.name} size={64} />
        <div>
          {person.handle !== person.name && person.handle !== did && <p>{person.handle}</p>}
          <code class="did">{did}</code>
        </div>
      </div>
      {active && !direct && role === 'admin' && (
        <label class="field">
          <span>Role</span>
          <select
            value={theirs}
            disabled={action.busy}
            onChange={({ currentTarget }) => {
              const chosen = currentTarget.value as 'admin' | 'moderator' | 'member'
              void action.run(async () => {
                try {
                  await convo.conversation.setRole(did, chosen)
                } finally {
                  currentTarget.value = convo.now.peek().facts?.roles[did] ?? theirs
                }
              })
            }}
          >
            {Object.entries(ROLES).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="actions">
        {!person.own && !direct && (
          <PanelButton icon="edit" label="Write to them" onClick={() => void action.run(write)} />
        )}
        {!person.own && mayRemove && (
          <PanelButton
            icon="remove"
            label="Remove from the group"
            danger
            onClick={() =>
              openDialog({
                kind: 'confirm',
                title: `Remove ${person.name}?`,
                text: 'The group gets new keys that their devices do not have: they read nothing of what is said from then on.',
                verb: 'Remove',
                run: () => convo.conversation.remove(did),
              })
            }
          />
        )}
        {!person.own && active && (
          <PanelButton
            icon="flag"
            label="Report"
            onClick={() => openDialog({ kind: 'report', convoId: convo.id, did })}
          />
        )}
        {!person.own && <BlockButton did={did} name={person.name} />}
      </div>
      <ProblemNote problem={action.problem} />
    </Dialog>
  )
}

function BlockButton({ did, name }: { did: string; name: string }) {
  const chat = useChat()
  const action = useAction()
  const blocked = chat.blocks.value.includes(did)
  const unblock = () => void action.run(() => chat.unblock(did))
  const ask = () =>
    openDialog({
      kind: 'confirm',
      title: `Block ${name}?`,
      text: 'Neither of you can add the other to a conversation any more. Conversations that you share go on.',
      verb: 'Block',
      run: () => chat.block(did),
    })
  return (
    <>
      <PanelButton
        icon="block"
        label={blocked ? 'Unblock' : 'Block'}
        danger={!blocked}
        onClick={blocked ? unblock : ask}
      />
      <ProblemNote problem={action.problem} />
    </>
  )
}
