import type { LogRecord } from '@catbird/mls-client'

/** What is in a log, counted: what the service, too, can count or guess. */
export function logCounts(entries: readonly LogRecord[]): LogCounts {
  const counts = { messages: 0, changes: 0, files: 0, hidden: 0 }
  for (const entry of entries) {
    if (entry.kind === 'change') counts.changes += 1
    else if (entry.kind === 'hidden') counts.hidden += 1
    else {
      counts.messages += 1
      const payload = entry.kind === 'message' ? entry.payload : undefined
      if (payload?.type === 'text') counts.files += payload.attachments?.length ?? 0
    }
  }
  return counts
}

export interface LogCounts {
  messages: number
  changes: number
  files: number
  /** Between clients, such as the key of the name. */
  hidden: number
}
