import type { Convo } from '../model/convo.js'
import { clockTime } from '../text/dates.js'
import { listOf } from '../text/names.js'
import { payloadLine } from '../text/snippet.js'
import type { MessageRecord, TimelineItem } from '../text/timeline.js'
import { Avatar } from './avatar.js'
import { Icon } from './icon.js'
import { MessageContent } from './message-content.js'
import { openDialog } from './ui.js'
import { useChat } from './use-chat.js'

/** What one person said in one go. */
export function MessageGroup({ group, convo, onReply }: MessageGroupProps) {
  const chat = useChat()
  const person = chat.names.of(group.did)
  const last = group.messages.at(-1)!
  return (
    <li class={group.own ? 'group own' : 'group'}>
      {!group.own && (
        <button
          type="button"
          class="group-avatar"
          aria-label={`About ${person.name}`}
          onClick={() => openDialog({ kind: 'person', convoId: convo.id, did: group.did })}
        >
          <Avatar did={person.did} name={person.name} size={32} />
        </button>
      )}
      <div class="group-body">
        <p class={group.own || convo.now.value.direct ? 'group-author sr-only' : 'group-author'}>
          {group.own ? 'You' : person.name}
        </p>
        {group.messages.map((message) => (
          <Message key={message.seq} message={message} convo={convo} onReply={onReply} />
        ))}
        <p class="group-foot">
          <time dateTime={last.createdAt}>{clockTime(new Date(last.createdAt))}</time>
          {group.own && <ReadState convo={convo} seq={last.seq} />}
        </p>
      </div>
    </li>
  )
}

function Message({ message, convo, onReply }: MessageProps) {
  const { payload } = message
  const to = payload.type === 'text' ? payload.to : undefined
  return (
    <div class="message" title={new Date(message.createdAt).toLocaleString()}>
      <div class="bubble">
        {to !== undefined && <Quoted convo={convo} msgId={to} />}
        <MessageContent payload={payload} convo={convo} />
      </div>
      {onReply !== undefined && payload.type === 'text' && (
        <button
          type="button"
          class="message-action"
          aria-label={`Reply to: ${payloadLine(payload).slice(0, 60)}`}
          title="Reply"
          onClick={() => onReply(message)}
        >
          <Icon name="reply" size={16} />
        </button>
      )}
    </div>
  )
}

function Quoted({ convo, msgId }: { convo: Convo; msgId: string }) {
  const found = convo.entries.value?.find(({ id }) => id === msgId)
  if (found?.kind !== 'message') {
    return <blockquote class="quoted">A message that is not shown here</blockquote>
  }
  return (
    <blockquote class="quoted">
      <strong>{convo.called(found.sender.did, true)}</strong>
      <span class="ellipsis">{payloadLine(found.payload)}</span>
    </blockquote>
  )
}

/** Sent, or read by those who show it. */
function ReadState({ convo, seq }: { convo: Convo; seq: number }) {
  const chat = useChat()
  const readers = [...convo.readBy.value].filter(([, upTo]) => upTo >= seq).map(([did]) => did)
  if (readers.length === 0) {
    return (
      <span class="state">
        <Icon name="check" size={14} /> Sent
      </span>
    )
  }
  const names = readers.map((did) => chat.names.of(did).name)
  return (
    <span class="state state-read">
      <Icon name="checks" size={14} />{' '}
      {convo.now.value.direct ? 'Read' : `Read by ${listOf(names)}`}
    </span>
  )
}

interface MessageGroupProps {
  group: Extract<TimelineItem, { type: 'messages' }>
  convo: Convo
  onReply: ((to: MessageRecord) => void) | undefined
}

interface MessageProps {
  message: MessageRecord
  convo: Convo
  onReply: ((to: MessageRecord) => void) | undefined
}
