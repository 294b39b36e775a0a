import type { CiphersuiteImpl } from 'ts-mls'
import type { DeviceName } from './identity.js'

/** A device with the signature key that it keeps for ever. */
export interface DeviceKeys extends DeviceName {
  /** IANA name of the suite that the key belongs to. */
  suite: string
  publicKey: Uint8Array
  signKey: Uint8Array
}

export async function makeDeviceKeys(
  name: DeviceName,
  suite: CiphersuiteImpl,
): Promise<DeviceKeys> {
  const { publicKey, signKey } = await suite.signature.keygen()
  return { ...name, suite: suite.name, publicKey, signKey }
}
