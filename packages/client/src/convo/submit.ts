import { MlsClientError, ServiceError, isRefusal } from '../errors.js'
import type { ConvoView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { catchUp } from './catch-up.js'
import type { StagedRecord } from './records.js'
import { takeView } from './refresh.js'
import type { ConvoState } from './state.js'

/**
 * Sends the staged commit, with the same bytes each time, until it is known what became of it. If it
 * was accepted its entry is in the log, which brings it as any other.
 *
 * @returns `lost` where another commit has won, or a key package was taken: build it anew.
 */
export async function submit(state: ConvoState): Promise<'accepted' | 'lost'> {
  const { staged } = state
  if (staged === undefined) return 'accepted'
  try {
    if (staged.kind === 'reset') {
      const view = await sendReset(state, staged)
      await catchUp(state)
      await takeView(state, view)
      await catchUp(state)
      return 'accepted'
    }
    const seq = await send(state, staged)
    if (staged.kind === 'join' && seq !== undefined) await startAt(state, seq)
    await catchUp(state)
    // What came while this device was not in yet was left aside.
    if (staged.kind === 'join') await catchUp(state)
    return 'accepted'
  } catch (error) {
    // Unreachable: nobody knows. It stays staged and is sent again.
    if (!(error instanceof ServiceError) || error.status >= 500 || error.status === 429) throw error
    if (error.method !== staged.method) throw error
    await drop(state, staged)
    if (!isRefusal(error, 'EpochMismatch', 'PendingRemovals', 'InvalidKeyPackage')) throw error
    if (staged.kind === 'change') await catchUp(state)
    return 'lost'
  }
}

/** Finds out what became of a commit that an earlier run of the client had staged. */
export async function settle(state: ConvoState): Promise<void> {
  if (state.staged !== undefined && state.staged.kind !== 'create') await submit(state)
}

async function send(
  { deps, convoId }: ConvoState,
  staged: StagedRecord,
): Promise<number | undefined> {
  const { change, didList, method, invite } = staged
  if (change === undefined || method === 'createConvo' || method === 'resetConvo') {
    throw new MlsClientError('invalid', 'not a change of a conversation')
  }
  const named = didList !== undefined && method !== 'submitCommit' && method !== 'joinConvo'
  const input = { convoId, change, ...(named && { didList }), ...(invite && { invite }) }
  const answer = await deps.service.call(method, (mls, options) =>
    mls[method](input, { ...options, encoding: 'application/json' }),
  )
  return answer.seq
}

async function sendReset(
  { deps, convoId }: ConvoState,
  { genesis, change }: StagedRecord,
): Promise<ConvoView> {
  if (genesis === undefined) throw new MlsClientError('invalid', 'no group to begin with')
  const input = { convoId, genesis, ...(change !== undefined && { change }) }
  const { convo } = await deps.service.call('resetConvo', (mls, options) =>
    mls.resetConvo(input, options),
  )
  return convo
}

/** A device that comes in has no use for what was before, unless it was there all the time. */
function startAt(state: ConvoState, seq: number): Promise<void> {
  return state.transitions.run(async () => {
    const { record, staged } = state
    if (staged?.kind !== 'join' || (record.applied > 0 && record.status === 'waiting')) return
    if (record.applied >= seq) return
    await state.save({ record: { applied: seq - 1, hash: undefined, firstSeq: seq } })
  })
}

function drop(state: ConvoState, staged: StagedRecord): Promise<void> {
  return state.transitions.run(async () => {
    if (state.staged?.id === staged.id) await state.save({ staged: null })
  })
}
