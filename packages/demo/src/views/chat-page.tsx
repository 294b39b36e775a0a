import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { go, route } from '../model/route.js'
import { payloadLine } from '../text/snippet.js'
import { ConnectionNote } from './connection-note.js'
import { ConversationView } from './conversation-view.js'
import { Dialogs } from './dialogs.js'
import { EmptyView } from './empty-view.js'
import { Panel } from './panel.js'
import { Sidebar } from './sidebar.js'
import { StoppedNote } from './stopped-note.js'
import { announce, announcement, openDialog } from './ui.js'
import { useChat } from './use-chat.js'
import { useNarrow } from './use-narrow.js'

/** List, conversation and panel beside each other; on a phone one of them, as the address says. */
export function ChatPage() {
  const chat = useChat()
  const narrow = useNarrow()
  const { convoId, panel } = route.value
  const convo = chat.convo(convoId)
  useInvite()
  useTitle()
  useAnnouncements()
  const shown = convo === undefined ? 'list' : panel === undefined ? 'conversation' : 'panel'
  return (
    <div class="chat" data-shown={shown} data-panel={convo && panel ? 'open' : undefined}>
      {narrow && <ConnectionNote />}
      <Sidebar />
      {convo === undefined ? <EmptyView /> : <ConversationView key={convo.id} convo={convo} />}
      {convo !== undefined && panel !== undefined && (
        <Panel key={`${convo.id}-panel`} convo={convo} shown={panel} />
      )}
      <Dialogs />
      <StoppedNote />
      <p class="sr-only" role="status" aria-live="polite">
        {announcement.value}
      </p>
    </div>
  )
}

/** Who came by an invite is asked about it, once. */
function useInvite(): void {
  const { invite } = route.value
  useEffect(() => {
    if (invite === undefined) return
    openDialog({ kind: 'join', secret: invite })
    go({})
  }, [invite])
}

function useTitle(): void {
  const chat = useChat()
  useSignalEffect(() => {
    const unread = chat.unread.value
    document.title = unread === 0 ? 'Catbird' : `(${unread}) Catbird`
  })
}

/** New messages of others are said aloud by screen readers. */
function useAnnouncements(): void {
  const chat = useChat()
  useEffect(
    () =>
      chat.listen((event) => {
        if (event.type !== 'entry' || event.entry.kind !== 'message' || event.entry.own) return
        const { sender, payload } = event.entry
        const title = chat.convo(event.convoId)?.title.peek() ?? ''
        const name = chat.names.of(sender.did).name
        const where = title === name ? '' : ` in ${title}`
        announce(`${name}${where}: ${payloadLine(payload)}`)
      }),
    [chat],
  )
}
