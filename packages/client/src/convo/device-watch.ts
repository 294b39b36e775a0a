import type { ClientEvent } from '../events.js'
import { hex } from '../lib/bytes.js'
import { Lane } from '../lib/lane.js'
import { rosterOf } from '../mls/roster.js'
import type { RosterDevice } from '../mls/roster.js'
import type { DeviceStanding, Repositories } from '../repositories/repositories.js'
import type { ConvoDeps, ConvoState } from './state.js'

/** Asks about the devices of a group, all at once. */
export async function checkDevices(state: ConvoState): Promise<CheckedDevice[]> {
  const { group, deps } = state
  const { repositories } = deps
  if (group === undefined) return []
  return Promise.all(
    rosterOf(group.ratchetTree).map(async (device) => ({
      ...device,
      standing: await standingOf(device, deps, repositories),
    })),
  )
}

/**
 * Looks at the devices of each group that comes or changes, and tells of those that are not verified, once
 * for each conversation and each change of what is known.
 *
 * @returns looks at one now: a conversation is told of before it is known by its id.
 */
export function watchDevices(
  deps: ConvoDeps,
  stateOf: (convoId: string) => ConvoState | undefined,
): (convoId: string) => void {
  if (deps.repositories === undefined) return () => {}
  const lane = new Lane()
  const told = new Map<string, string>()

  async function look(state: ConvoState): Promise<void> {
    const { convoId } = state
    for (const { standing, ...device } of await checkDevices(state)) {
      const name = `${convoId} ${device.did}#${device.deviceId} ${hex(device.signaturePublicKey)}`
      const words = standing.state === 'unverified' ? standing.reason : standing.state
      if ((told.get(name) ?? 'verified') === words) continue
      told.set(name, words)
      deps.events.emit({ type: 'deviceStanding', convoId, device, standing })
    }
  }

  function lookSoon(convoId: string): void {
    lane
      .run(async () => {
        const state = stateOf(convoId)
        if (state !== undefined && !deps.signal.aborted) await look(state)
      })
      .catch((error: Error) => {
        if (!deps.signal.aborted) deps.events.emit({ type: 'trouble', convoId, error })
      })
  }

  deps.events.listen((event) => {
    if (changesDevices(event)) lookSoon(event.convoId)
  })
  return lookSoon
}

function changesDevices(event: ClientEvent): event is ClientEvent & { convoId: string } {
  // The view of one that was joined comes once it is known.
  if (event.type === 'joined' || event.type === 'updated') return true
  return event.type === 'entry' && event.entry.kind === 'change'
}

async function standingOf(
  device: RosterDevice,
  { device: own }: ConvoDeps,
  repositories: Repositories | undefined,
): Promise<DeviceStanding> {
  // The own key needs nobody's word.
  if (device.did === own.did && device.deviceId === own.deviceId) return { state: 'verified' }
  return repositories?.checkDevice(device) ?? { state: 'unverified', reason: 'unreachable' }
}

/** A device of a group, and what its account's own repository says of it. */
export type CheckedDevice = RosterDevice & { standing: DeviceStanding }
