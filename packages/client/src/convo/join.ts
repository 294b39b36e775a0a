import { MlsClientError, isRefusal } from '../errors.js'
import type { ConvoView, WelcomeView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { hex, sha256 } from '../lib/bytes.js'
import { jittered, pause } from '../lib/pause.js'
import { packState } from '../mls/config.js'
import { joinExternally } from '../mls/external.js'
import type { OwnKeyPackage } from '../mls/key-package.js'
import { openWelcome, recipientsOf } from '../mls/open-welcome.js'
import { epochOf, groupIdOf } from '../mls/roster.js'
import { readWelcome } from '../mls/wire.js'
import type { ConvoRecord } from './records.js'
import { catchUp } from './catch-up.js'
import { refresh } from './refresh.js'
import { ConvoState } from './state.js'
import type { ConvoDeps } from './state.js'
import { submit } from './submit.js'

/** The service takes three external commits per minute and device. */
const JOIN_ATTEMPTS = 3
const WAIT_MS = 400

/**
 * Joins by a welcome: the state is stored, then the welcome acknowledged, then its private key
 * deleted. A welcome that cannot be opened is acknowledged as failed.
 *
 * @returns the conversation, a new one where `known` is undefined.
 */
export async function joinByWelcome(
  deps: ConvoDeps,
  view: WelcomeView,
  known: ConvoState | undefined,
): Promise<ConvoState> {
  const newer =
    known?.group === undefined ||
    view.generation > known.record.generation ||
    view.epoch > epochOf(known.group)
  let own: OwnKeyPackage | undefined
  let state = known
  let failure: unknown
  if (newer) {
    try {
      own = await ownPackage(deps, view)
      // What the state that is here can read of the time before, it reads first.
      if (known !== undefined && known.record.applied > 0) await catchUp(known, view.seq - 1)
      state = await enter(deps, view, own, known)
    } catch (error) {
      if (deps.signal.aborted) throw error
      failure = error
    }
  }
  if (failure !== undefined) {
    await acknowledge(deps, view, 'failed')
    const waiting = known ?? (await ConvoState.create(deps, waitingRecord(view)))
    return waiting
  }
  await acknowledge(deps, view, 'joined')
  // A last-resort package may be named by other welcomes.
  if (own !== undefined && !own.lastResort) await deps.store.write([deps.packages.removal(own.ref)])
  return state!
}

/**
 * Comes in, or back, by an external commit.
 *
 * @param anew even where this device is in the group.
 */
export function joinByCommit(state: ConvoState, { anew = false } = {}): Promise<void> {
  return state.changes.run(async () => {
    // While this one waited for its turn another may have come in.
    if (state.record.status === 'active' && !anew) return
    for (let attempt = 1; attempt <= JOIN_ATTEMPTS; attempt++) {
      if (state.staged !== undefined) {
        if ((await submit(state)) === 'accepted') return
      }
      const view = await refresh(state)
      if (view.status === 'left') return
      await stageJoin(state, view)
      if ((await submit(state)) === 'accepted') return
      await pause(jittered(WAIT_MS * 2 ** attempt), state.deps.signal)
    }
    throw new MlsClientError('contested', `${JOIN_ATTEMPTS} other commits won`)
  })
}

async function stageJoin(state: ConvoState, view: ConvoView): Promise<void> {
  const { convoId, deps } = state
  const { groupInfo } = await deps.service.call('getGroupInfo', (mls, options) =>
    mls.getGroupInfo({ convoId }, options),
  )
  const { change, next } = await joinExternally(deps.device, groupInfo, deps.device.mls)
  if (groupIdOf(next) !== view.groupId) {
    throw new MlsClientError('invalid', 'the GroupInfo is of another group')
  }
  const id = hex(await sha256(change.commit))
  await state.transitions.run(() =>
    state.save({
      staged: {
        kind: 'join',
        method: 'joinConvo',
        change,
        id,
        next: packState(next),
        generation: view.generation,
        epoch: epochOf(next) - 1,
        adds: false,
      },
    }),
  )
}

/** A member that has no MLS state yet. */
export function waitingRecord({
  convoId,
  groupId,
  generation,
}: Pick<ConvoView, 'convoId' | 'groupId' | 'generation'>): ConvoRecord {
  return {
    convoId,
    kind: 'group',
    groupId,
    generation,
    status: 'waiting',
    applied: 0,
    firstSeq: 0,
    firstEpoch: 0,
    readSeq: 0,
    unread: 0,
    nextOrder: 1,
  }
}

async function enter(
  deps: ConvoDeps,
  view: WelcomeView,
  own: OwnKeyPackage,
  known: ConvoState | undefined,
): Promise<ConvoState> {
  const group = await openWelcome(readWelcome(view.welcome), own, deps.device.mls)
  if (groupIdOf(group) !== view.groupId || epochOf(group) !== view.epoch) {
    throw new MlsClientError('invalid', 'the welcome is for another group or epoch')
  }
  // The entry of the commit itself is read again: it anchors the chain of hashes.
  const applied = Math.max(view.seq - 1, 0)
  const entered: Partial<ConvoRecord> = {
    groupId: view.groupId,
    generation: view.generation,
    status: 'active',
    firstEpoch: view.epoch,
  }
  const fresh = { ...entered, applied, hash: undefined, firstSeq: view.seq }
  let state = known
  if (state === undefined) {
    state = await ConvoState.create(deps, { ...waitingRecord(view), ...fresh }, group)
  } else {
    const stays = state
    await stays.transitions.run(() => {
      // What it was a member of all along it has read up to here, and goes on from there.
      const goesOn = stays.record.applied >= view.seq - 1
      return stays.save({ record: goesOn ? entered : fresh, group, staged: null })
    })
  }
  const { convoId } = state
  deps.events.emit({ type: 'joined', convoId, by: 'welcome' })
  return state
}

async function ownPackage(deps: ConvoDeps, view: WelcomeView): Promise<OwnKeyPackage> {
  for (const ref of recipientsOf(readWelcome(view.welcome))) {
    const own = await deps.packages.get(ref)
    if (own !== undefined) return own
  }
  throw new MlsClientError('invalid', 'the keys of this welcome are not here')
}

async function acknowledge(
  { service }: ConvoDeps,
  { welcomeId }: WelcomeView,
  outcome: 'joined' | 'failed',
): Promise<void> {
  try {
    await service.call('ackWelcome', (mls, options) =>
      mls.ackWelcome({ welcomeId, outcome }, { ...options, encoding: 'application/json' }),
    )
  } catch (error) {
    // It was superseded or has ended meanwhile: there is nothing left to acknowledge.
    if (!isRefusal(error, 'WelcomeNotFound', 'WelcomeAlreadyAcked')) throw error
  }
}
