import { MlsClientError, ServiceError, isRefusal } from '../errors.js'
import { hex, randomBytes, sha256 } from '../lib/bytes.js'
import { packState } from '../mls/config.js'
import { buildCommit, createGroup } from '../mls/group.js'
import { sealGroupInfo } from '../mls/seal-commit.js'
import { catchUp } from './catch-up.js'
import { waitingRecord } from './join.js'
import { leaseFor, requireAll } from './membership.js'
import { sealTitle } from './metadata.js'
import type { ConvoRecord, StagedRecord, Title } from './records.js'
import { takeView } from './refresh.js'
import { ConvoState } from './state.js'
import type { ConvoDeps } from './state.js'

const ATTEMPTS = 3

/**
 * Creates a conversation and adds its people in one request. A direct one that exists already is
 * answered with its id, and what was built for it is forgotten.
 */
export async function createConvo(
  deps: ConvoDeps,
  wish: ConvoWish,
  onStaged: (state: ConvoState) => void,
): Promise<Created> {
  for (let attempt = 1; ; attempt++) {
    const state = await stageCreation(deps, wish)
    // A sync that finds it at the service must know that it is here already.
    onStaged(state)
    try {
      return await submitCreation(state)
    } catch (error) {
      // Somebody took a package whose lease had ended: with others it works.
      if (!isRefusal(error, 'InvalidKeyPackage') || attempt === ATTEMPTS) throw error
    }
  }
}

/** Sends a creation until it is known what became of it; the same bytes make one conversation. */
export function submitCreation(state: ConvoState): Promise<Created> {
  return state.changes.run(async () => {
    return state.record.status === 'creating' && !state.forgotten ? submitOnce(state) : { state }
  })
}

async function submitOnce(state: ConvoState): Promise<Created> {
  const { deps, staged, convoId } = state
  if (staged?.genesis === undefined) throw new MlsClientError('invalid', 'nothing to create')
  const { genesis, change, convoKind: kind, metadata, encryptedMetadata } = staged
  const input = {
    genesis,
    ...(change !== undefined && { change }),
    ...(kind !== undefined && { kind }),
    ...(metadata !== undefined && { metadata }),
    ...(encryptedMetadata !== undefined && { encryptedMetadata }),
  }
  try {
    const { convo } = await deps.service.call('createConvo', (mls, options) =>
      mls.createConvo(input, { ...options, encoding: 'application/json' }),
    )
    if (convo.convoId !== convoId) {
      await state.forget()
      return { existing: convo.convoId }
    }
    await state.transitions.run(() =>
      state.save({ record: { status: 'active' }, ...(change === undefined && { staged: null }) }),
    )
    await takeView(state, convo)
    await catchUp(state)
    return { state }
  } catch (error) {
    const refused = error instanceof ServiceError && error.status < 500 && error.status !== 429
    if (refused && error.method === 'createConvo') await state.forget()
    throw error
  }
}

async function stageCreation(deps: ConvoDeps, wish: ConvoWish): Promise<ConvoState> {
  const { device } = deps
  const groupId = randomBytes(16)
  const convoId = hex(groupId)
  const group = await createGroup(device, groupId, device.mls)
  const { leased, missing } = await leaseFor(deps, convoId, [...wish.dids, device.did])
  requireAll(wish.dids, (did) => leased.some((leasedFor) => leasedFor.did === did), missing)
  const add = leased
    .filter(({ did, deviceId }) => did !== device.did || deviceId !== device.deviceId)
    .map(({ keyPackage }) => keyPackage)
  const built =
    add.length === 0 ? undefined : await buildCommit(group, { add, remove: [] }, device.mls)
  const { record, title } = await titled(convoId, wish.title)
  const staged: StagedRecord = {
    kind: 'create',
    method: 'createConvo',
    genesis: await sealGroupInfo(group, device.mls),
    convoKind: wish.kind,
    generation: 0,
    epoch: 0,
    adds: add.length > 0,
    ...title,
    ...(built && {
      change: built.change,
      id: hex(await sha256(built.change.commit)),
      next: packState(built.next),
    }),
  }
  const base = waitingRecord({ convoId, groupId: convoId, generation: 0 })
  const kind = wish.kind
  return ConvoState.create(deps, { ...base, kind, ...record, status: 'creating' }, group, staged)
}

async function titled(
  convoId: string,
  title: Title | undefined,
): Promise<{ record: Partial<ConvoRecord>; title: Partial<StagedRecord> }> {
  if (title === undefined) return { record: {}, title: {} }
  const { name, description } = title
  if (title.public) {
    const metadata = { ...(name && { name }), ...(description && { description }) }
    return { record: { title }, title: { metadata } }
  }
  const metadataKey = hex(randomBytes(32))
  const encryptedMetadata = await sealTitle(convoId, metadataKey, title)
  return {
    record: { title, metadataKey, sealedTitle: encryptedMetadata },
    title: { encryptedMetadata },
  }
}

export interface ConvoWish {
  kind: 'group' | 'direct'
  dids: string[]
  title?: Title
}

export type Created = { state: ConvoState } | { existing: string }
