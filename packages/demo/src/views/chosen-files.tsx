import type { Signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { fileSize } from '../text/sizes.js'
import { isPicture } from '../text/snippet.js'
import { Icon } from './icon.js'

/** What goes out with the next message: looked at, taken out again, or on its way. */
export function ChosenFiles({ files, progress }: ChosenFilesProps) {
  if (files.value.length === 0) return null
  const sending = progress !== undefined
  return (
    <div class="chosen">
      <ul class="chosen-list" aria-label="Chosen files">
        {files.value.map((file) => (
          <li key={`${file.name}-${file.size}-${file.lastModified}`} class="chosen-file">
            <Preview file={file} />
            <span class="file-texts">
              <span class="ellipsis">{file.name}</span>
              <small>{fileSize(file.size)}</small>
            </span>
            <button
              type="button"
              class="icon-button"
              aria-label={`Take out ${file.name}`}
              disabled={sending}
              onClick={() => (files.value = files.value.filter((each) => each !== file))}
            >
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
      </ul>
      {sending && (
        <label class="progress">
          <span>Encrypting and uploading…</span>
          <progress value={progress} max={1} />
        </label>
      )}
    </div>
  )
}

function Preview({ file }: { file: File }) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (!isPicture(file.type)) return
    const made = URL.createObjectURL(file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  return url === undefined ? (
    <Icon name="file" size={28} />
  ) : (
    <img class="chosen-preview" src={url} alt="" />
  )
}

interface ChosenFilesProps {
  files: Signal<readonly File[]>
  /** From 0 to 1 while they are on their way. */
  progress: number | undefined
}
