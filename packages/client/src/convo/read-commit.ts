import type { ClientState } from 'ts-mls'
import { BrokenLog } from '../errors.js'
import type { MessageView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { hex, sha256 } from '../lib/bytes.js'
import { unpackState } from '../mls/config.js'
import { adopt } from '../mls/group.js'
import { nameOf } from '../mls/identity.js'
import { applyCommit } from '../mls/read.js'
import type { Applied } from '../mls/read.js'
import { epochOf, groupIdOf, isRemoved, newIn, ownLeafOf, rosterOf } from '../mls/roster.js'
import { queued } from './outbox-records.js'
import type { EntryRead } from './read-message.js'
import type { ConvoRecord, LogContent, StagedRecord } from './records.js'
import type { ConvoState } from './state.js'

/** Reads a commit of the log: the own one that was staged, or another's. */
export async function readCommit(state: ConvoState, entry: MessageView): Promise<EntryRead> {
  const { group, staged, record, convoId, deps } = state
  const { ciphertext } = entry
  if (ciphertext === undefined || hex(await sha256(ciphertext)) !== entry.id) {
    throw new BrokenLog(convoId, entry.seq, 'the id is not the hash of the commit')
  }
  if (staged?.id === entry.id && staged.next !== undefined) {
    return adoptStaged(state, staged, unpackState(staged.next), entry.generation)
  }
  const apart = group === undefined || entry.generation !== record.generation
  // A welcome's own commit is in the state already, and so is what came before it.
  if (apart || entry.epoch < epochOf(group)) {
    const reset = entry.generation > 0 && entry.epoch === 0
    return { log: { ...UNKNOWN_CHANGE, ...(reset && { reset }) }, next: {} }
  }
  let applied: Applied
  try {
    if (entry.epoch > epochOf(group)) throw new BrokenLog(convoId, entry.seq, 'an epoch is missing')
    applied = await applyCommit(group, ciphertext, deps.device.mls)
  } catch (cause) {
    return lose(state, cause)
  }
  if (isRemoved(applied.state)) return removal(state, applied)
  const log = difference(group, applied.state, applied.by && nameOf(applied.by))
  const incoming = applied.by === undefined && record.metadataKey !== undefined
  // Another has won the epoch: what was built on it is void.
  return withKey(state, incoming && isFirst(applied.state), {
    log,
    next: { group: applied.state, ...(staged?.kind !== 'reset' && { staged: null }) },
  })
}

/** The own commit was accepted: its state, made when it was built, is the group's. */
function adoptStaged(
  state: ConvoState,
  staged: StagedRecord,
  next: ClientState,
  generation: number,
): EntryRead {
  const { group, convoId, deps } = state
  const by = nameOf(deps.device)
  if (staged.kind === 'reset') {
    const added = newIn(rosterOf(next.ratchetTree), [])
    return withKey(state, staged.adds, {
      log: { kind: 'change', by, added, removed: [], reset: true },
      next: { record: membership(next, generation), group: next, staged: null },
      events: [{ type: 'reset', convoId }],
    })
  }
  if (staged.kind === 'join' || group === undefined) {
    // The state that it takes the place of reads messages of former epochs that are still to come.
    const again = group !== undefined && groupIdOf(group) === groupIdOf(next)
    const joined = again
      ? { group: adopt(group, next) }
      : { group: next, record: membership(next, generation) }
    return {
      log: { kind: 'change', by, added: [by], removed: [] },
      next: { ...joined, staged: null },
      events: [{ type: 'joined', convoId, by: 'externalCommit' }],
    }
  }
  const adopted = adopt(group, next)
  return withKey(state, staged.adds, {
    log: difference(group, adopted, by),
    next: { group: adopted, staged: null },
  })
}

function membership(group: ClientState, generation: number): Partial<ConvoRecord> {
  const [firstEpoch, groupId] = [epochOf(group), groupIdOf(group)]
  return { status: 'active', firstEpoch, groupId, generation }
}

/** Nobody can go on from here with this state: the device comes back by an external commit. */
function lose({ convoId }: ConvoState, cause: unknown): EntryRead {
  const error = cause instanceof Error ? cause : new Error(String(cause))
  return {
    log: UNKNOWN_CHANGE,
    next: { record: { status: 'waiting' }, group: null, staged: null },
    events: [{ type: 'trouble', convoId, error }],
  }
}

function removal({ convoId, deps }: ConvoState, { by }: Applied): EntryRead {
  const removed = [nameOf(deps.device)]
  return {
    log: { kind: 'change', added: [], removed, ...(by !== undefined && { by: nameOf(by) }) },
    next: { record: { status: 'gone' }, group: null, staged: null },
    events: [{ type: 'gone', convoId }],
  }
}

/** Whoever added somebody tells the key of the metadata; a newcomer by itself hears of it from the first. */
function withKey(state: ConvoState, tells: boolean, read: EntryRead): EntryRead {
  const { metadataKey } = state.record
  if (!tells || metadataKey === undefined) return read
  const { change, nextOrder } = queued(state.record, { type: 'metadataKey', key: metadataKey })
  return {
    ...read,
    next: { ...read.next, record: { ...read.next.record, nextOrder } },
    also: [change],
  }
}

function isFirst(group: ClientState): boolean {
  return rosterOf(group.ratchetTree)[0]?.leafIndex === ownLeafOf(group)
}

function difference(
  before: ClientState,
  after: ClientState,
  by: ReturnType<typeof nameOf> | undefined,
): LogContent {
  const [old, now] = [rosterOf(before.ratchetTree), rosterOf(after.ratchetTree)]
  return {
    kind: 'change',
    added: newIn(now, old),
    removed: newIn(old, now),
    ...(by !== undefined && { by }),
  }
}

const UNKNOWN_CHANGE: LogContent = { kind: 'change', added: [], removed: [] }
