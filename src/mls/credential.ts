import { parseDeviceId, parseDid, type DeviceId, type Did } from '../lib/ids.js'

/** Who a leaf belongs to: one device of one account. */
export interface DeviceIdentity {
  did: Did
  deviceId: DeviceId
}

/**
 * The device that a BasicCredential's identity names, or undefined. The identity is the UTF-8 of
 * `<did>#<deviceId>`; both parts are ASCII, so any other byte makes it no device.
 */
export function parseIdentity(identity: Uint8Array): DeviceIdentity | undefined {
  const text = Buffer.from(identity.buffer, identity.byteOffset, identity.length).toString('latin1')
  const hash = text.indexOf('#')
  if (hash < 0) return undefined
  const did = parseDid(text.slice(0, hash))
  const deviceId = parseDeviceId(text.slice(hash + 1))
  return did !== undefined && deviceId !== undefined ? { did, deviceId } : undefined
}

export function formatIdentity({ did, deviceId }: DeviceIdentity): Uint8Array {
  return new TextEncoder().encode(`${did}#${deviceId}`)
}
