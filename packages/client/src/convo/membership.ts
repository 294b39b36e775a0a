import { UnreachableAccounts } from '../errors.js'
import type { LeasedKeyPackage, MissingKeyPackage } from '../lexicon/types/blue/catbird/mls/defs.js'
import { newIn, rosterOf } from '../mls/roster.js'
import { requireHere, requireStanding } from './admission.js'
import { change } from './change.js'
import { listPeople } from './people.js'
import { refresh } from './refresh.js'
import { removalDelay } from './removal-delay.js'
import type { ConvoDeps, ConvoState } from './state.js'

/** The service takes no more at a time. */
const DIDS_PER_LEASE = 100

/** Adds all devices of the accounts that are not in the group yet. */
export function addAccounts(state: ConvoState, dids: string[]): Promise<void> {
  return change(state, async (group) => {
    const present = newIn(rosterOf(group.ratchetTree), state.pending)
    const { leased, missing } = await leaseFor(state.deps, state.convoId, dids)
    const add = leased.filter((device) => newIn([device], present).length > 0)
    const reached = new Set([...leased, ...present].map(({ did }) => did))
    requireAll(dids, (did) => reached.has(did), missing)
    return add.length === 0 ? undefined : { method: 'addMembers', add, remove: [] }
  })
}

/** Removes accounts, with all their devices; a member that has none goes too. */
export function removeAccounts(state: ConvoState, dids: string[]): Promise<void> {
  return change(state, async (group) => {
    const members = await membersOf(state)
    // The leaves of those who have left are pending, and go with any commit.
    const didList = dids.filter((did) => members.has(did))
    const remove = rosterOf(group.ratchetTree).filter(({ did }) => didList.includes(did))
    return didList.length === 0 ? undefined : { method: 'removeMembers', add: [], remove, didList }
  })
}

/** Accounts that are members, with or without a device; all of them, where a view names the first only. */
async function membersOf(state: ConvoState): Promise<Set<string>> {
  const { roles = {}, memberCount = 0 } = state.record.view ?? {}
  const named = Object.keys(roles)
  if (named.length >= memberCount) return new Set(named)
  return new Set((await listPeople(state)).map(({ did }) => did))
}

/** Fresh keys for the own leaf; whatever is pending goes with it. */
export function updateKeys(state: ConvoState): Promise<void> {
  let done = false
  return change(state, async () => {
    if (done) return undefined
    done = true
    return { method: 'submitCommit', add: [], remove: [] }
  })
}

/** Commits what is pending, unless somebody else has. */
export function commitPending(state: ConvoState): Promise<void> {
  return change(state, async () =>
    state.pending.length === 0 ? undefined : { method: 'submitCommit', add: [], remove: [] },
  )
}

/**
 * One of the clients commits what is pending: each waits a random while, and most find that it is done.
 */
export function schedulePending(state: ConvoState): void {
  const { deps, convoId } = state
  if (state.pending.length === 0 || state.removalTimer !== undefined) return
  if (state.group === undefined || state.record.status !== 'active') return
  const delayMs = removalDelay(rosterOf(state.group.ratchetTree).length, deps.removalDelayMs)
  state.removalTimer = setTimeout(() => {
    state.removalTimer = undefined
    if (deps.signal.aborted) return
    commitPending(state).catch((error: Error) => {
      if (!deps.signal.aborted) deps.events.emit({ type: 'trouble', convoId, error })
    })
  }, delayMs)
}

/** Looks what is pending, and sees to it. */
export async function checkPending(state: ConvoState): Promise<void> {
  await refresh(state)
  schedulePending(state)
}

/** Leases a key package of every device of the accounts. */
export async function leaseFor(deps: ConvoDeps, convoId: string, dids: string[]) {
  const cipherSuite = deps.device.suite
  await requireHere(deps, dids)
  const wanted = [...new Set(dids)]
  const leased: LeasedKeyPackage[] = []
  const missing: MissingKeyPackage[] = []
  for (let at = 0; at < wanted.length; at += DIDS_PER_LEASE) {
    const some = wanted.slice(at, at + DIDS_PER_LEASE)
    const answer = await deps.service.call('getKeyPackages', (mls, options) =>
      mls.getKeyPackages({ dids: some, convoId, cipherSuite }, options),
    )
    leased.push(...answer.keyPackages.filter(({ did }) => some.includes(did)))
    missing.push(...answer.missing)
  }
  await requireStanding(deps, leased)
  return { leased, missing }
}

export function requireAll(
  dids: string[],
  isReached: (did: string) => boolean,
  missing: { did: string }[],
): void {
  const silent = dids.filter((did) => !isReached(did))
  if (silent.length === 0) return
  const reason = missing.length > 0 ? 'they have no key packages' : 'the service gave none'
  throw new UnreachableAccounts(silent, reason)
}
