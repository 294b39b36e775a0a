import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Convo } from '../model/convo.js'
import { dayLabel } from '../text/dates.js'
import { timeline, unreadableText } from '../text/timeline.js'
import type { MessageRecord, TimelineItem } from '../text/timeline.js'
import { Icon } from './icon.js'
import { MessageGroup } from './message-group.js'
import { UnsentMessages } from './unsent-messages.js'
import { useNow } from './use-now.js'

const NEAR_END_PX = 80

/** The log from oldest to newest. It stays at its end while one is there, and else where one is. */
export function MessageList({ convo, onReply }: MessageListProps) {
  const box = useRef<HTMLElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const atEnd = useSignal(true)
  const height = useRef(0)
  const entries = convo.entries.value
  const unsent = convo.unsent.value.length
  useFollowing(box, content, atEnd)
  useLayoutEffect(() => {
    const { current } = box
    if (current !== null && height.current > 0 && !atEnd.peek()) {
      // Earlier messages came in above: what one reads stays in place.
      current.scrollTop += current.scrollHeight - height.current
    }
    height.current = 0
  }, [entries?.[0]?.seq])
  useEffect(() => {
    atEnd.value = true
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [unsent])
  if (entries === undefined) return <LoadingMessages />
  const items = timeline(entries, (did, atStart) => convo.called(did, atStart))
  const earlier = () => {
    height.current = box.current?.scrollHeight ?? 0
    atEnd.value = false
    void convo.loadEarlier()
  }
  return (
    <section class="messages" ref={box} aria-label="Messages" tabIndex={0}>
      <div class="messages-content" ref={content}>
        {convo.hasEarlier.value ? (
          <button type="button" class="button button-small earlier" onClick={earlier}>
            Earlier messages
          </button>
        ) : (
          <p class="beginning">
            <Icon name="lock" size={16} /> Only the devices of the people in this conversation can
            read what is said here.
          </p>
        )}
        <ol class="timeline">
          {items.map((item) => (
            <Item key={item.key} item={item} convo={convo} onReply={onReply} />
          ))}
          <UnsentMessages convo={convo} />
        </ol>
      </div>
      {!atEnd.value && (
        <button
          type="button"
          class="to-end"
          aria-label="To the newest message"
          onClick={() => box.current?.scrollTo({ top: box.current.scrollHeight })}
        >
          <Icon name="back" />
        </button>
      )}
    </section>
  )
}

function Item({ item, convo, onReply }: MessageListProps & { item: TimelineItem }) {
  const now = useNow()
  switch (item.type) {
    case 'day':
      return (
        <li class="day">
          <time dateTime={item.at.toISOString()}>{dayLabel(item.at, now)}</time>
        </li>
      )
    case 'system':
      return <li class="system-line">{item.text}</li>
    case 'unreadable':
      return <li class="system-line">{unreadableText(item.reason, item.count)}</li>
    case 'messages':
      return <MessageGroup group={item} convo={convo} onReply={onReply} />
    default:
      return item satisfies never
  }
}

/** Notes whether the end is in view, and keeps it there when something grows. */
function useFollowing(
  box: { current: HTMLElement | null },
  content: { current: HTMLElement | null },
  atEnd: { value: boolean; peek(): boolean },
): void {
  useEffect(() => {
    const [outer, inner] = [box.current, content.current]
    if (outer === null || inner === null) return
    const toEnd = () => (outer.scrollTop = outer.scrollHeight)
    const note = () => {
      const below = outer.scrollHeight - outer.scrollTop - outer.clientHeight
      atEnd.value = below < NEAR_END_PX
    }
    const observer = new ResizeObserver(() => atEnd.peek() && toEnd())
    observer.observe(inner)
    observer.observe(outer)
    outer.addEventListener('scroll', note, { passive: true })
    toEnd()
    return () => {
      observer.disconnect()
      outer.removeEventListener('scroll', note)
    }
  }, [box.current !== null])
}

function LoadingMessages() {
  return (
    <div class="messages" aria-busy="true" aria-label="Loading messages">
      <div class="skeleton-messages">
        {['short', 'long', 'own', 'short', 'own long'].map((shape, index) => (
          <span key={index} class={`skeleton skeleton-bubble ${shape}`} />
        ))}
      </div>
    </div>
  )
}

interface MessageListProps {
  convo: Convo
  onReply: ((to: MessageRecord) => void) | undefined
}
