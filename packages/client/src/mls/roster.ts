import type { ClientState, RatchetTree } from 'ts-mls'
import { hex } from '../lib/bytes.js'
import { deviceNameOf, nameOf } from './identity.js'
import type { DeviceName } from './identity.js'

/** The devices in the verified ratchet tree, by leaf. */
export function rosterOf(tree: RatchetTree): RosterDevice[] {
  return tree.flatMap((node, index) => {
    if (node?.nodeType !== 'leaf') return []
    const name = deviceNameOf(node.leaf.credential) ?? { did: '', deviceId: '' }
    return [{ ...name, leafIndex: index / 2, signaturePublicKey: node.leaf.signaturePublicKey }]
  })
}

/** Those of `devices` that `others` has not. */
export function newIn(devices: DeviceName[], others: DeviceName[]): DeviceName[] {
  const known = new Set(others.map(({ did, deviceId }) => `${did}#${deviceId}`))
  return devices.filter(({ did, deviceId }) => !known.has(`${did}#${deviceId}`)).map(nameOf)
}

export function epochOf(state: ClientState): number {
  return Number(state.groupContext.epoch)
}

/** Lowercase hex. */
export function groupIdOf(state: ClientState): string {
  return hex(state.groupContext.groupId)
}

export function ownLeafOf(state: ClientState): number {
  return state.privatePath.leafIndex
}

export function isRemoved(state: ClientState): boolean {
  return state.groupActiveState.kind !== 'active'
}

export interface RosterDevice extends DeviceName {
  leafIndex: number
  signaturePublicKey: Uint8Array
}
