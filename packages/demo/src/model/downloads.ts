import type { Attachment, Conversation } from '@catbird/mls-client'
import { isPicture } from '../text/snippet.js'

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

async function load(conversation: Conversation, attachment: Attachment): Promise<string> {
  const bytes = await conversation.download(attachment)
  const type = isPicture(attachment.mimeType) ? attachment.mimeType : 'application/octet-stream'
  return URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }))
}
