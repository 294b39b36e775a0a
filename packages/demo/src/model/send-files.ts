import type { Attachment, Conversation } from '@catbird/mls-client'

const UNKNOWN_TYPE = 'application/octet-stream'
/** Of a file that is encrypted and on its way. */
const BEGUN = 0.4

/** Uploads files one after another; `onProgress` is told a part from 0 to 1. */
export async function sendFiles(
  conversation: Conversation,
  files: readonly File[],
  onProgress: (part: number) => void,
): Promise<Attachment[]> {
  const attachments: Attachment[] = []
  for (const [index, file] of files.entries()) {
    onProgress((index + BEGUN) / files.length)
    const bytes = new Uint8Array(await file.arrayBuffer())
    const mimeType = /^[a-z]+\/[A-Za-z0-9.+-]+$/.test(file.type) ? file.type : UNKNOWN_TYPE
    attachments.push(await conversation.upload(bytes, { mimeType, name: file.name }))
    onProgress((index + 1) / files.length)
  }
  return attachments
}
