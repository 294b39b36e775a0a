import { route, writeRoute } from '../model/route.js'
import type { Convo } from '../model/convo.js'
import { shortTime } from '../text/dates.js'
import { count } from '../text/sizes.js'
import { Avatar, ConvoAvatar } from './avatar.js'
import { ConnectionNote } from './connection-note.js'
import { Icon } from './icon.js'
import { openDialog } from './ui.js'
import { useChat } from './use-chat.js'
import { useNarrow } from './use-narrow.js'
import { useNow } from './use-now.js'

/** Who one is, and the conversations: requests of others apart. */
export function Sidebar() {
  const chat = useChat()
  const narrow = useNarrow()
  const own = chat.names.of(chat.client.did)
  const all = chat.convos.value.filter((convo) => isListed(convo))
  const requests = all.filter(({ now }) => now.value.request)
  const accepted = all.filter(({ now }) => !now.value.request)
  return (
    <div class="sidebar">
      <header class="sidebar-head">
        <button
          type="button"
          class="account-button"
          onClick={() => openDialog({ kind: 'account' })}
        >
          <Avatar did={own.did} name={own.name} size={36} />
          <span class="account-name">
            <strong>{own.name}</strong>
            <span class="sr-only">account and devices</span>
            <small>{own.handle}</small>
          </span>
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Join by invite"
          title="Join by invite"
          onClick={() => openDialog({ kind: 'join' })}
        >
          <Icon name="link" />
        </button>
        <button
          type="button"
          class="icon-button icon-button-primary"
          aria-label="New conversation"
          title="New conversation"
          onClick={() => openDialog({ kind: 'new' })}
        >
          <Icon name="edit" />
        </button>
      </header>
      {!narrow && <ConnectionNote />}
      <nav class="sidebar-list" aria-label="Conversations">
        {requests.length > 0 && (
          <section aria-labelledby="requests-heading">
            <h2 id="requests-heading" class="list-heading">
              Requests <span class="list-count">{requests.length}</span>
            </h2>
            <ConvoList convos={requests} />
          </section>
        )}
        {requests.length > 0 && accepted.length > 0 && <h2 class="list-heading">Conversations</h2>}
        {accepted.length > 0 && <ConvoList convos={accepted} />}
        {all.length === 0 && <EmptyList />}
      </nav>
    </div>
  )
}

function isListed({ now, entries }: Convo): boolean {
  const { status } = now.value
  return status !== 'gone' || (entries.value?.length ?? 0) > 0
}

function EmptyList() {
  const { state } = useChat().connection.value
  if (state === 'connecting') {
    return (
      <div class="skeletons" aria-label="Loading conversations" aria-busy="true">
        {[0, 1, 2].map((each) => (
          <div key={each} class="skeleton-row">
            <span class="skeleton skeleton-round" />
            <span class="skeleton skeleton-line" />
          </div>
        ))}
      </div>
    )
  }
  return (
    <div class="list-empty">
      <p>No conversations yet.</p>
      <button type="button" class="button" onClick={() => openDialog({ kind: 'new' })}>
        Begin one
      </button>
    </div>
  )
}

function ConvoList({ convos }: { convos: readonly Convo[] }) {
  return (
    <ul class="convo-list">
      {convos.map((convo) => (
        <ConvoItem key={convo.id} convo={convo} />
      ))}
    </ul>
  )
}

function ConvoItem({ convo }: { convo: Convo }) {
  const chat = useChat()
  const now = useNow()
  const { unread, muted, direct, status, request, facts } = convo.now.value
  const last = convo.last.value
  const title = convo.title.value
  const current = route.value.convoId === convo.id
  const writing = convo.typists.value.length > 0
  const line = request
    ? requestLine(chat.names.of(facts?.creator ?? '').name, direct)
    : status === 'gone'
      ? 'You are no longer in it'
      : writing
        ? 'writing…'
        : (last?.text ?? 'No messages yet')
  const shownLine = direct && !request ? withoutName(line, title) : line
  return (
    <li>
      <a
        class="convo-item"
        href={writeRoute({ convoId: convo.id })}
        aria-current={current ? 'page' : undefined}
        data-unread={unread > 0 && !muted ? 'yes' : undefined}
      >
        <ConvoAvatar dids={convo.others.value} seed={convo.id} />
        <span class="convo-texts">
          <span class="convo-title">
            <span class="ellipsis">{title}</span>
            {muted && <Icon name="bellOff" size={14} />}
          </span>
          <span class={writing ? 'convo-line convo-line-typing ellipsis' : 'convo-line ellipsis'}>
            {shownLine}
          </span>
        </span>
        <span class="convo-side">
          {last !== undefined && <time>{shortTime(last.at, now)}</time>}
          {unread > 0 && (
            <span class="badge">
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <span class="sr-only">{count(unread, 'unread message')}</span>
            </span>
          )}
        </span>
      </a>
    </li>
  )
}

function requestLine(name: string, direct: boolean): string {
  return direct ? `${name} would like to talk` : `${name} has added you`
}

/** Between two, who writes is clear. */
function withoutName(line: string, name: string): string {
  return line.startsWith(`${name}: `) ? line.slice(name.length + 2) : line
}
