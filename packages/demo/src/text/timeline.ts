import type { LogRecord } from '@catbird/mls-client'
import { daysBetween } from './dates.js'
import { systemLine } from './system-line.js'
import type { Naming } from './system-line.js'

/** Messages of one author this close together are one group. */
const GROUP_MS = 5 * 60_000

/** The log as it is shown: days, system lines, and runs of messages by one author. */
export function timeline(entries: readonly LogRecord[], who: Naming): TimelineItem[] {
  const items: TimelineItem[] = []
  let day: Date | undefined
  for (const entry of entries) {
    const item = itemOf(entry, who)
    if (item === undefined) continue
    const at = new Date(entry.createdAt)
    if (day === undefined || daysBetween(day, at) !== 0) {
      items.push({ type: 'day', at, key: `day-${entry.seq}` })
      day = at
    }
    if (!joined(items.at(-1), item)) items.push(item)
  }
  return items
}

/** Adds the item to the last one, if they belong together. */
function joined(last: TimelineItem | undefined, item: TimelineItem): boolean {
  if (last?.type === 'unreadable' && item.type === 'unreadable' && last.reason === item.reason) {
    last.count += item.count
    return true
  }
  if (last?.type !== 'messages' || item.type !== 'messages' || last.did !== item.did) return false
  const [previous, next] = [last.messages.at(-1)!, item.messages[0]!]
  if (Date.parse(next.createdAt) - Date.parse(previous.createdAt) > GROUP_MS) return false
  last.messages.push(next)
  return true
}

function itemOf(entry: LogRecord, who: Naming): TimelineItem | undefined {
  const key = String(entry.seq)
  switch (entry.kind) {
    case 'message':
      return { type: 'messages', did: entry.sender.did, own: entry.own, messages: [entry], key }
    case 'change': {
      const text = systemLine(entry, who)
      return text === undefined ? undefined : { type: 'system', text, key }
    }
    case 'unreadable':
      return { type: 'unreadable', reason: entry.reason, count: 1, key }
    case 'hidden':
      return undefined
    default:
      return entry satisfies never
  }
}

/** Why messages cannot be read, for people. */
export function unreadableText(reason: UnreadableReason, count: number): string {
  const messages = count === 1 ? 'A message' : `${count} messages`
  const are = count === 1 ? 'is' : 'are'
  switch (reason) {
    case 'beforeJoining':
      return `${messages} from before this device joined ${are} not readable here`
    case 'expired':
      return `${messages} ${are} no longer kept by the service`
    case 'failed':
      return `${messages} could not be decrypted`
    default:
      return reason satisfies never
  }
}

export type MessageRecord = Extract<LogRecord, { kind: 'message' }>
export type UnreadableReason = Extract<LogRecord, { kind: 'unreadable' }>['reason']

export type TimelineItem =
  | { type: 'day'; at: Date; key: string }
  | { type: 'messages'; did: string; own: boolean; messages: MessageRecord[]; key: string }
  | { type: 'system'; text: string; key: string }
  | { type: 'unreadable'; reason: UnreadableReason; count: number; key: string }
