import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Convo } from '../model/convo.js'
import { receipts } from '../model/preferences.js'

/** What is shown in a page that somebody looks at counts as read. */
export function useReading(convo: Convo): void {
  const mark = () => {
    const { unread, request, status } = convo.now.peek()
    if (unread === 0 || request || status !== 'active') return
    if (document.visibilityState !== 'visible' || !document.hasFocus()) return
    const tell = receipts.peek() === 'on'
    // Lost without the service: the next message that is read says the same.
    convo.conversation.markRead({ tell }).catch(() => undefined)
  }
  useSignalEffect(() => {
    void convo.now.value.unread
    void convo.entries.value
    mark()
  })
  useEffect(() => {
    addEventListener('focus', mark)
    document.addEventListener('visibilitychange', mark)
    return () => {
      removeEventListener('focus', mark)
      document.removeEventListener('visibilitychange', mark)
    }
  }, [convo])
}
