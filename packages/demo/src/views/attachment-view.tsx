import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Attachment } from '@catbird/mls-client'
import { downloaded, saveAs } from '../model/downloads.js'
import type { Convo } from '../model/convo.js'
import { problemOf } from '../model/problem.js'
import { fileSize } from '../text/sizes.js'
import { isPicture } from '../text/snippet.js'
import { Icon } from './icon.js'
import { useAction } from './use-action.js'

/** A picture is shown; anything else can be saved, and is never opened here. */
export function AttachmentView({ attachment, convo }: AttachmentProps) {
  return isPicture(attachment.mimeType) ? (
    <Picture attachment={attachment} convo={convo} />
  ) : (
    <File attachment={attachment} convo={convo} />
  )
}

function Picture({ attachment, convo }: AttachmentProps) {
  const shown = useSignal<Shown>({ state: 'loading' })
  const load = () => {
    shown.value = { state: 'loading' }
    downloaded(convo.conversation, attachment).then(
      (url) => (shown.value = { state: 'ready', url }),
      (error: unknown) => (shown.value = { state: 'failed', why: problemOf(error).title }),
    )
  }
  useEffect(load, [attachment.blobId])
  const name = attachment.name ?? 'picture'
  const now = shown.value
  if (now.state === 'ready') {
    return (
      <a class="picture" href={now.url} download={name} title={`Save ${name}`}>
        <img
          src={now.url}
          alt={name}
          onError={() => (shown.value = { state: 'failed', why: 'This is not a picture' })}
        />
      </a>
    )
  }
  return (
    <div class="picture picture-waiting" aria-busy={now.state === 'loading'}>
      {now.state === 'loading' ? (
        <>
          <span class="spinner" />
          <span>Decrypting {name}…</span>
        </>
      ) : (
        <>
          <span>{now.why}</span>
          <button type="button" class="button button-small" onClick={load}>
            Try again
          </button>
        </>
      )}
    </div>
  )
}

function File({ attachment, convo }: AttachmentProps) {
  const action = useAction()
  const name = attachment.name ?? 'file'
  const save = async () => saveAs(await downloaded(convo.conversation, attachment), name)
  return (
    <button
      type="button"
      class="file"
      disabled={action.busy}
      aria-label={`Save ${name}, ${fileSize(attachment.size)}`}
      onClick={() => void action.run(save)}
    >
      {action.busy ? <span class="spinner" /> : <Icon name="file" size={24} />}
      <span class="file-texts">
        <span class="ellipsis">{name}</span>
        <small>{action.problem?.title ?? fileSize(attachment.size)}</small>
      </span>
      <Icon name="download" />
    </button>
  )
}

type Shown =
  { state: 'loading' } | { state: 'ready'; url: string } | { state: 'failed'; why: string }

interface AttachmentProps {
  attachment: Attachment
  convo: Convo
}
