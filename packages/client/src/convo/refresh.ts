import type { ConvoView } from '../lexicon/types/blue/catbird/mls/defs.js'
import type { DeviceName } from '../mls/identity.js'
import { epochOf, newIn, rosterOf } from '../mls/roster.js'
import { catchUp } from './catch-up.js'
import { unsealTitle } from './metadata.js'
import { beginGroup } from './replace-group.js'
import type { ConvoFacts, ConvoRecord, Title } from './records.js'
import type { ConvoState } from './state.js'

/** Reads what the service says of the conversation, and keeps it. */
export async function refresh(state: ConvoState): Promise<ConvoView> {
  const { convoId, deps } = state
  const { convo } = await deps.service.call('getConvo', (mls, options) =>
    mls.getConvo({ convoId }, options),
  )
  await takeView(state, convo)
  return convo
}

/** Keeps a view that the service gave; a group that was reset is let go once its log is read. */
export async function takeView(state: ConvoState, view: ConvoView): Promise<void> {
  if (view.generation > state.record.generation && state.record.status === 'active') {
    await catchUp(state)
  }
  await state.transitions.run(async () => {
    const { record } = state
    const facts = factsOf(view)
    const titled = await titleOf(record, view)
    const next: Partial<ConvoRecord> = {
      ...titled,
      kind: view.kind,
      view: facts,
      ...(view.cursor > record.readSeq && { readSeq: view.cursor, unread: view.unreadCount }),
    }
    const reset = view.generation > record.generation
    const begun = reset && state.staged?.groupId === view.groupId
    // Its first commit brings a group that was begun with others; one begun alone is here.
    if (begun && state.staged?.change === undefined) await beginGroup(state, view.generation)
    if (reset && !begun) {
      Object.assign(next, { generation: view.generation, groupId: view.groupId })
      if (record.status === 'active') next.status = 'waiting'
    }
    if (view.status === 'left' && record.status === 'active') next.status = 'gone'
    const dropped = next.status !== undefined
    if (!dropped && same(record, next)) return
    await state.save({ record: next, ...(dropped && { group: null, staged: null }) })
    const { convoId } = state
    if (next.status === 'waiting') state.deps.events.emit({ type: 'reset', convoId })
    state.deps.events.emit({ type: next.status === 'gone' ? 'gone' : 'updated', convoId })
  })
  state.pending = view.pendingRemovals.map(({ did, deviceId }) => ({ did, deviceId }))
  compareRoster(state, view)
}

/** The devices in the group, against those that the service names: both of the same epoch. */
function compareRoster(state: ConvoState, view: ConvoView): void {
  const { group, record, pending, convoId } = state
  const comparable =
    group !== undefined &&
    view.generation === record.generation &&
    view.epoch === epochOf(group) &&
    view.members.length === view.memberCount
  if (!comparable) return
  const own = newIn(rosterOf(group.ratchetTree), pending)
  const named: DeviceName[] = view.members.flatMap(({ did, devices }) =>
    devices.map(({ deviceId }) => ({ did, deviceId })),
  )
  const [missing, extra] = [newIn(own, named), newIn(named, own)]
  const agrees = missing.length === 0 && extra.length === 0
  state.mismatch = agrees ? undefined : { missing, extra }
  if (!agrees) state.deps.events.emit({ type: 'rosterMismatch', convoId, missing, extra })
}

function factsOf(view: ConvoView): ConvoFacts {
  return {
    role: view.role,
    status: view.status,
    muted: view.muted,
    creator: view.creator,
    whoCanAdd: view.policy.whoCanAdd,
    ...(view.policy.maxMembers !== undefined && { maxMembers: view.policy.maxMembers }),
    memberCount: view.memberCount,
    commitFraming: view.commitFraming,
    roles: Object.fromEntries(view.members.map(({ did, role }) => [did, role])),
    createdAt: view.createdAt,
  }
}

async function titleOf(record: ConvoRecord, view: ConvoView): Promise<Partial<ConvoRecord>> {
  const open: Title | undefined = view.metadata && {
    public: true,
    ...(view.metadata.name !== undefined && { name: view.metadata.name }),
    ...(view.metadata.description !== undefined && { description: view.metadata.description }),
  }
  const sealedTitle = view.encryptedMetadata
  if (sealedTitle === undefined) return open === undefined ? {} : { title: open }
  for (const key of [record.nextMetadataKey, record.metadataKey]) {
    const title = key && (await unsealTitle(record.convoId, key, sealedTitle))
    if (title) return { sealedTitle, title, metadataKey: key, nextMetadataKey: undefined }
  }
  return { sealedTitle, ...(open !== undefined && { title: open }) }
}

function same(record: ConvoRecord, next: Partial<ConvoRecord>): boolean {
  const part = (of: Partial<ConvoRecord>) =>
    JSON.stringify(Object.keys(next).map((key) => of[key as keyof ConvoRecord] ?? null))
  return part(record) === part(next)
}
