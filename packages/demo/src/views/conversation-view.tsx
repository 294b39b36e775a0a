import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Convo } from '../model/convo.js'
import { route, writeRoute } from '../model/route.js'
import type { Panel } from '../model/route.js'
import { listOf } from '../text/names.js'
import type { MessageRecord } from '../text/timeline.js'
import { ConvoAvatar } from './avatar.js'
import { Composer } from './composer.js'
import { ConvoBanners } from './convo-banners.js'
import { Icon } from './icon.js'
import type { IconName } from './icon.js'
import { MessageList } from './message-list.js'
import { useReading } from './use-reading.js'

/** One conversation: who is in it, what was said, and what one says. */
export function ConversationView({ convo }: { convo: Convo }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const replyTo = useSignal<MessageRecord | undefined>(undefined)
  useReading(convo)
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (matchMedia('(max-width: 719px)').matches) heading.current?.focus()
  }, [])
  const { status, request } = convo.now.value
  const writable = status === 'active' && !request
  return (
    <main class="conversation" aria-labelledby="convo-heading">
      <header class="conversation-head">
        <a class="icon-button back" href={writeRoute({})} aria-label="Back to conversations">
          <Icon name="back" />
        </a>
        <ConvoAvatar dids={convo.others.value} seed={convo.id} size={40} />
        <div class="conversation-title">
          <h1 id="convo-heading" ref={heading} tabIndex={-1} class="ellipsis">
            {convo.title.value}
          </h1>
          <p class="ellipsis">
            <Icon name="lock" size={13} /> {subtitle(convo)}
          </p>
        </div>
        <PanelLink convo={convo} panel="people" icon="people" label="People" />
        <PanelLink convo={convo} panel="safety" icon="shieldCheck" label="Safety" />
      </header>
      <ConvoBanners convo={convo} />
      <MessageList convo={convo} onReply={writable ? (to) => (replyTo.value = to) : undefined} />
      <Typists convo={convo} />
      {writable && <Composer convo={convo} replyTo={replyTo} />}
    </main>
  )
}

function subtitle({ now }: Convo): string {
  const { direct, members, status } = now.value
  if (status === 'gone') return 'You were in it'
  if (direct) return 'Encrypted between you two'
  return members.length === 1 ? 'Only you so far' : `Encrypted group of ${members.length} people`
}

function PanelLink({ convo, panel, icon, label }: PanelLinkProps) {
  const open = route.value.panel === panel
  return (
    <a
      class="icon-button"
      href={writeRoute({ convoId: convo.id, ...(!open && { panel }) })}
      aria-label={label}
      aria-current={open ? 'true' : undefined}
      title={label}
    >
      <Icon name={icon} />
    </a>
  )
}

function Typists({ convo }: { convo: Convo }) {
  const names = convo.typists.value
  return (
    <p class="typists" aria-live="off">
      {names.length > 0 && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {listOf(names)} {names.length === 1 ? 'is' : 'are'} writing
        </>
      )}
    </p>
  )
}

interface PanelLinkProps {
  convo: Convo
  panel: Panel
  icon: IconName
  label: string
}
