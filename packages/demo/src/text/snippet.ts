import type { LogRecord, MessagePayload } from '@catbird/mls-client'
import { systemLine } from './system-line.js'
import type { Naming } from './system-line.js'

/** The last thing that happened, in one line for the list of conversations. */
export function lastLine(entries: readonly LogRecord[], who: Naming): LastLine | undefined {
  for (const entry of entries.toReversed()) {
    const text = lineOf(entry, who)
    if (text !== undefined) return { text, at: new Date(entry.createdAt) }
  }
  return undefined
}

function lineOf(entry: LogRecord, who: Naming): string | undefined {
  if (entry.kind === 'change') return systemLine(entry, who)
  if (entry.kind !== 'message') return undefined
  return `${who(entry.sender.did, true)}: ${payloadLine(entry.payload)}`
}

export function payloadLine(payload: MessagePayload): string {
  if (payload.type === 'data') return `${payload.name} (for another application)`
  const text = payload.text.trim().replace(/\s+/g, ' ')
  if (text !== '') return text
  const [first] = payload.attachments ?? []
  if (first === undefined) return 'an empty message'
  return isPicture(first.mimeType) ? 'a picture' : (first.name ?? 'a file')
}

/** What a browser may show from a blob: formats that carry no script. */
export function isPicture(mimeType: string): boolean {
  return /^image\/(?:png|jpeg|gif|webp|avif)$/.test(mimeType)
}

export interface LastLine {
  text: string
  at: Date
}
