import type { ClientEvent } from '../events.js'
import type { MessageView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { hex, sha256 } from '../lib/bytes.js'
import { nameOf } from '../mls/identity.js'
import type { DeviceName } from '../mls/identity.js'
import { decrypt } from '../mls/read.js'
import type { Decrypted } from '../mls/read.js'
import type { RecordChange } from '../store/sealed-store.js'
import { openTitle } from './metadata.js'
import { readPayload } from './payload.js'
import type { LogPosition, Payload } from './payload.js'
import { keys } from './records.js'
import type { Fork, LogContent, LogRecord, OutboxRecord } from './records.js'
import type { ConvoState, NextState } from './state.js'

/** Reads an application message of the log; one that cannot be read does not stop the conversation. */
export async function readMessage(state: ConvoState, entry: MessageView): Promise<EntryRead> {
  const { group, record, deps, convoId } = state
  const own = await ownMessage(state, entry)
  if (own !== undefined) {
    return {
      log: contentOf(own.payload, nameOf(deps.device), true),
      next: {},
      also: [{ key: keys.outbox(convoId, own.order), record: undefined }],
    }
  }
  if (entry.ciphertext === undefined) return unreadable('expired')
  const apart = group === undefined || entry.generation !== record.generation
  if (apart || entry.epoch < record.firstEpoch) return unreadable('beforeJoining')
  let decrypted: Decrypted
  try {
    decrypted = await decrypt(group, entry.ciphertext, deps.device.mls)
  } catch {
    return unreadable('failed')
  }
  return take(state, decrypted)
}

async function take(state: ConvoState, { plaintext, sender, state: group }: Decrypted) {
  const { record, deps, convoId } = state
  const { payload, log: seen } = readPayload(plaintext)
  const by = nameOf(sender)
  const own = by.did === deps.device.did
  const log = contentOf(payload, by, own)
  const fork = await forkBetween(state, seen, by)
  const told = payload.type === 'metadataKey' ? await openTitle(record, payload.key) : undefined
  const events: ClientEvent[] = []
  if (fork !== undefined) events.push({ type: 'twoHistories', convoId, fork })
  if (told !== undefined) events.push({ type: 'updated', convoId })
  return {
    log,
    next: {
      group,
      record: {
        ...told,
        ...(log.kind === 'message' && !own && { unread: record.unread + 1 }),
        ...(fork !== undefined && { fork }),
      },
    },
    events,
  }
}

/** The message of the outbox that this entry is: MLS cannot read back what one wrote oneself. */
async function ownMessage(
  { deps, convoId }: ConvoState,
  entry: MessageView,
): Promise<OutboxRecord | undefined> {
  const waiting = await deps.store.list<OutboxRecord>({ prefix: keys.outboxOf(convoId) })
  const own = waiting.find(({ record }) => record.msgId === entry.id)?.record
  if (own === undefined) return undefined
  const digest = entry.ciphertext ? hex(await sha256(entry.ciphertext)) : entry.contentHash
  return digest !== undefined && own.digests.includes(digest) ? own : undefined
}

/** Compares what a member says it was shown with what this device was. */
async function forkBetween(
  { deps, convoId }: ConvoState,
  seen: LogPosition | undefined,
  by: DeviceName,
): Promise<Fork | undefined> {
  if (seen === undefined) return undefined
  const own = await deps.store.get<LogRecord>(keys.log(convoId, seen.seq))
  if (own === undefined || own.hash === seen.hash) return undefined
  return { seq: seen.seq, ownHash: own.hash, theirHash: seen.hash, by }
}

function contentOf(payload: Payload, sender: DeviceName, own: boolean): LogContent {
  return payload.type === 'text' || payload.type === 'data'
    ? { kind: 'message', own, sender, payload }
    : { kind: 'hidden' }
}

function unreadable(reason: 'beforeJoining' | 'expired' | 'failed'): EntryRead {
  return { log: { kind: 'unreadable', reason }, next: {} }
}

/** What an entry does to a conversation. */
export interface EntryRead {
  log: LogContent
  next: NextState
  /** To be saved with it. */
  also?: RecordChange[]
  /** To be told once it is saved. */
  events?: ClientEvent[]
}
