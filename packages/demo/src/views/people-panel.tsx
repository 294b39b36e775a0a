import { useSignal, useSignalEffect } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { Convo } from '../model/convo.js'
import { count } from '../text/sizes.js'
import { Avatar, ConvoAvatar } from './avatar.js'
import { ConvoSettings } from './convo-settings.js'
import { PanelButton } from './panel-button.js'
import { Reports } from './reports.js'
import { openDialog } from './ui.js'
import { useChat } from './use-chat.js'

/** Who is in it, and what one may do about that. */
export function PeoplePanel({ convo }: { convo: Convo }) {
  const { direct, members, role, facts, status, title } = convo.now.value
  const active = status === 'active'
  const admin = role === 'admin'
  const asked = useAsked(convo)
  const mayAdd = active && !direct && (admin || facts?.whoCanAdd === 'member')
  return (
    <>
      <section class="panel-intro" aria-label="About">
        <ConvoAvatar dids={convo.others.value} seed={convo.id} size={72} />
        <h3>{convo.title.value}</h3>
        {title?.description && <p>{title.description}</p>}
      </section>
      <section aria-labelledby="members-heading">
        <h3 id="members-heading" class="panel-heading">
          {members.length === 1 ? '1 person' : `${members.length} people`}
        </h3>
        <ul class="member-list">
          {members.map((did) => (
            <Member key={did} convo={convo} did={did} asked={asked.value.includes(did)} />
          ))}
        </ul>
        {mayAdd && (
          <PanelButton
            icon="add"
            label="Add people"
            onClick={() => openDialog({ kind: 'add', convoId: convo.id })}
          />
        )}
        {active && !direct && admin && (
          <PanelButton
            icon="link"
            label="Invite links"
            onClick={() => openDialog({ kind: 'invites', convoId: convo.id })}
          />
        )}
      </section>
      {active && !direct && (admin || role === 'moderator') && <Reports convo={convo} />}
      {active && <ConvoSettings convo={convo} />}
    </>
  )
}

/** Who has not accepted yet, as the service tells it. */
function useAsked(convo: Convo): ReadonlySignal<string[]> {
  const asked = useSignal<string[]>([])
  useSignalEffect(() => {
    void convo.now.value
    convo.conversation.people().then(
      (people) =>
        (asked.value = people.filter(({ status }) => status === 'request').map(({ did }) => did)),
      () => undefined,
    )
  })
  return asked
}

function Member({ convo, did, asked }: { convo: Convo; did: string; asked: boolean }) {
  const { names } = useChat()
  const { name, own, handle } = names.of(did)
  const { facts, devices, direct } = convo.now.value
  const role = facts?.roles[did] ?? 'member'
  const present = devices.filter((device) => device.did === did).length
  return (
    <li>
      <button
        type="button"
        class="member"
        onClick={() => openDialog({ kind: 'person', convoId: convo.id, did })}
      >
        <Avatar did={did} name={name} size={36} />
        <span class="member-texts">
          <span class="ellipsis">
            {name}
            {own && <span class="muted"> (you)</span>}
          </span>
          <small class="ellipsis">
            {name === handle ? '' : `${handle} · `}
            {asked && 'has not accepted yet · '}
            {present === 0 ? 'no device in the group yet' : count(present, 'device')}
          </small>
        </span>
        {!direct && role !== 'member' && <span class="role">{ROLES[role] ?? role}</span>}
      </button>
    </li>
  )
}

export const ROLES: Record<string, string> = {
  admin: 'Admin',
  moderator: 'Moderator',
  member: 'Member',
}
