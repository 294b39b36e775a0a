import type { ClientState } from 'ts-mls'
import { MlsClientError, isRefusal } from '../errors.js'
import { hex, sha256 } from '../lib/bytes.js'
import { jittered, pause } from '../lib/pause.js'
import { packState } from '../mls/config.js'
import { buildCommit } from '../mls/group.js'
import type { DeviceName } from '../mls/identity.js'
import { epochOf, rosterOf } from '../mls/roster.js'
import { catchUp } from './catch-up.js'
import type { CommitMethod } from './records.js'
import { refresh } from './refresh.js'
import type { ConvoState } from './state.js'
import { settle, submit } from './submit.js'

const ATTEMPTS = 12
const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 3_000

/**
 * Changes the group: catches up, asks what is still to be done, builds a commit that does it and
 * removes what is pending, stores it, sends it, and does all of that anew if another commit has won.
 *
 * @param intend is asked before each attempt; undefined: the wish has come true already.
 */
export function change(
  state: ConvoState,
  intend: (group: ClientState) => Promise<Intent | undefined>,
): Promise<void> {
  return state.changes.run(async () => {
    await settle(state)
    let lookedAgain = false
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      await refresh(state)
      await catchUp(state)
      const intent = await intend(state.activeGroup())
      if (intent === undefined) return
      await stage(state, intent)
      try {
        if ((await submit(state)) === 'accepted') return
      } catch (error) {
        // Somebody who is named has left meanwhile, which makes no epoch: with a fresh look it works.
        const mayBeStale = intent.didList !== undefined && isRefusal(error, 'InvalidCommit')
        if (!mayBeStale || lookedAgain) throw error
        lookedAgain = true
      }
      const { signal } = state.deps
      await pause(jittered(Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS)), signal)
    }
    throw new MlsClientError('contested', `${ATTEMPTS} other commits won`)
  })
}

/** Builds the commit on what the group is now, and stores it with the state that it makes. */
function stage(state: ConvoState, intent: Intent): Promise<void> {
  return state.transitions.run(async () => {
    const group = state.activeGroup()
    const { mls } = state.deps.device
    const leaving = leavesOf(group, [...intent.remove, ...state.pending])
    const staying = rosterOf(group.ratchetTree).filter(
      ({ leafIndex }) => !leaving.includes(leafIndex),
    )
    const add = intent.add
      .filter(({ did, deviceId }) => !has(staying, { did, deviceId }))
      .map(({ keyPackage }) => keyPackage)
    const { change, next } = await buildCommit(group, { add, remove: leaving }, mls)
    await state.save({
      staged: {
        kind: 'change',
        method: intent.method,
        change,
        id: hex(await sha256(change.commit)),
        next: packState(next),
        generation: state.record.generation,
        epoch: epochOf(group),
        adds: add.length > 0,
        ...(intent.didList !== undefined && { didList: intent.didList }),
      },
    })
  })
}

function leavesOf(group: ClientState, devices: DeviceName[]): number[] {
  const own = group.privatePath.leafIndex
  return rosterOf(group.ratchetTree)
    .filter((device) => device.leafIndex !== own && has(devices, device))
    .map(({ leafIndex }) => leafIndex)
}

function has(devices: DeviceName[], { did, deviceId }: DeviceName): boolean {
  return devices.some((device) => device.did === did && device.deviceId === deviceId)
}

/** What is to become of the group, by names: leaves move while one waits. */
export interface Intent {
  method: Exclude<CommitMethod, 'createConvo' | 'joinConvo' | 'resetConvo'>
  add: (DeviceName & { keyPackage: Uint8Array })[]
  remove: DeviceName[]
  didList?: string[]
}
