import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Convo } from '../model/convo.js'
import { keepDraft, draftOf } from '../model/drafts.js'
import { sendFiles } from '../model/send-files.js'
import type { MessageRecord } from '../text/timeline.js'
import { payloadLine } from '../text/snippet.js'
import { ChosenFiles } from './chosen-files.js'
import { Icon } from './icon.js'
import { ProblemNote } from './problem-note.js'
import { useAction } from './use-action.js'

/** Where one writes. Enter sends, Shift and Enter begins a line; files are chosen, pasted or dropped. */
export function Composer({ convo, replyTo }: ComposerProps) {
  const text = useSignal(draftOf(convo.id))
  const files = useSignal<readonly File[]>([])
  const progress = useSignal<number | undefined>(undefined)
  const input = useRef<HTMLTextAreaElement>(null)
  const chooser = useRef<HTMLInputElement>(null)
  const action = useAction()
  const replying = replyTo.value

  useEffect(() => keepDraft(convo.id, text.value), [text.value])
  useEffect(() => fit(input.current), [text.value])
  useEffect(() => {
    if (replying !== undefined || matchMedia('(min-width: 720px)').matches) input.current?.focus()
  }, [replying])
  useDropped(input, (dropped) => (files.value = [...files.value, ...dropped]))

  const submit = (event?: Event) => {
    event?.preventDefault()
    const content = text.value.trim()
    if (content === '' && files.value.length === 0) return
    const to = replying?.id
    void action.run(async () => {
      const attachments = await sendFiles(convo.conversation, files.value, (done) => {
        progress.value = done
      }).finally(() => (progress.value = undefined))
      text.value = ''
      files.value = []
      replyTo.value = undefined
      void convo.send({
        type: 'text',
        text: content,
        ...(to !== undefined && { to }),
        ...(attachments.length > 0 && { attachments }),
      })
      input.current?.focus()
    })
  }

  return (
    <form class="composer" aria-label="Write a message" onSubmit={submit}>
      {replying !== undefined && (
        <div class="replying">
          <Icon name="reply" size={16} />
          <p class="ellipsis">
            <strong>{convo.called(replying.sender.did, true)}</strong>{' '}
            {payloadLine(replying.payload)}
          </p>
          <button
            type="button"
            class="icon-button"
            aria-label="Do not reply"
            onClick={() => (replyTo.value = undefined)}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
      )}
      <ChosenFiles files={files} progress={progress.value} />
      <ProblemNote problem={action.problem} />
      <div class="composer-row">
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label="Files to attach"
          data-testid="files"
          onChange={({ currentTarget }) => {
            files.value = [...files.value, ...(currentTarget.files ?? [])]
            currentTarget.value = ''
          }}
        />
        <button
          type="button"
          class="icon-button"
          aria-label="Attach files"
          title="Attach files"
          onClick={() => chooser.current?.click()}
        >
          <Icon name="attach" />
        </button>
        <textarea
          ref={input}
          rows={1}
          aria-label="Message"
          placeholder={`Message to ${convo.title.value}`}
          value={text.value}
          maxLength={100_000}
          dir="auto"
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value
            void convo.conversation.typing(text.value !== '').catch(() => undefined)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && replying !== undefined) replyTo.value = undefined
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            submit(event)
          }}
          onPaste={({ clipboardData }) => {
            const pasted = [...(clipboardData?.files ?? [])]
            if (pasted.length > 0) files.value = [...files.value, ...pasted]
          }}
        />
        <button
          type="submit"
          class="icon-button send"
          aria-label="Send"
          title="Send"
          disabled={action.busy || (text.value.trim() === '' && files.value.length === 0)}
        >
          {action.busy ? <span class="spinner" /> : <Icon name="send" />}
        </button>
      </div>
    </form>
  )
}

/** As high as its text, up to what the style allows. */
function fit(area: HTMLTextAreaElement | null): void {
  if (area === null) return
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight}px`
}

/** Files that are dropped anywhere on the conversation. */
function useDropped(
  input: { current: HTMLElement | null },
  onFiles: (files: File[]) => void,
): void {
  useEffect(() => {
    const area = input.current?.closest('main')
    if (area === null || area === undefined) return
    const over = (event: DragEvent) => event.preventDefault()
    const drop = (event: DragEvent) => {
      event.preventDefault()
      onFiles([...(event.dataTransfer?.files ?? [])])
    }
    area.addEventListener('dragover', over)
    area.addEventListener('drop', drop)
    return () => {
      area.removeEventListener('dragover', over)
      area.removeEventListener('drop', drop)
    }
  }, [])
}

interface ComposerProps {
  convo: Convo
  replyTo: Signal<MessageRecord | undefined>
}
