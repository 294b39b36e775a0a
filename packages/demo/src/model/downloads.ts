import type { Attachment, Conversation } from '@catbird/mls-client'
import { isPicture } from '../text/snippet.js'

/** A browser has begun to read a file that it saves by then. */
const SAVING_MS = 60_000

/** Decrypted files of this page, by their ciphertext. */
const urls = new Map<string, Promise<string>>()

/** An address in this page for the decrypted file: of a picture's type, or of one that opens nowhere. */
export function downloaded(conversation: Conversation, attachment: Attachment): Promise<string> {
  const known = urls.get(attachment.sha256)
  if (known !== undefined) return known
  const loading = load(conversation, attachment)
  urls.set(attachment.sha256, loading)
  loading.catch(() => urls.delete(attachment.sha256))
  return loading
}

export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  saveAs(url, name)
  setTimeout(() => URL.revokeObjectURL(url), SAVING_MS)
}

export function saveAs(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

async function load(conversation: Conversation, attachment: Attachment): Promise<string> {
  const bytes = await conversation.download(attachment)
  const type = isPicture(attachment.mimeType) ? attachment.mimeType : 'application/octet-stream'
  return URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }))
}
