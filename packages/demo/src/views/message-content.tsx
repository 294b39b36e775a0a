import type { MessagePayload } from '@catbird/mls-client'
import type { Convo } from '../model/convo.js'
import { isFewEmoji, textParts } from '../text/rich-text.js'
import { AttachmentView } from './attachment-view.js'

/** Text with its links, and what is attached. */
export function MessageContent({ payload, convo }: { payload: MessagePayload; convo: Convo }) {
  if (payload.type === 'data') {
    return (
      <p class="text text-note">{payload.name}: this chat does not know this kind of message</p>
    )
  }
  const { text, attachments = [] } = payload
  return (
    <>
      {attachments.map((each) => (
        <AttachmentView key={each.blobId} attachment={each} convo={convo} />
      ))}
      {text !== '' && (
        <p class={isFewEmoji(text) ? 'text text-emoji' : 'text'} dir="auto">
          {textParts(text).map(({ text: part, href }, index) =>
            href === undefined ? (
              part
            ) : (
              <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
                {part}
              </a>
            ),
          )}
        </p>
      )}
    </>
  )
}
