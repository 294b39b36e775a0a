import { MlsClientError } from '../errors.js'
import type { CheckableDevice, DeviceStanding } from '../repositories/repositories.js'
import { readKeyPackage } from '../mls/wire.js'
import type { ConvoDeps } from './state.js'

/** Which devices may be added, by what their accounts' own repositories say of them. */
export type DevicePolicy =
  /** Any; what is wrong is told by events. */
  | 'report'
  /** Not those whose account has recorded another key. */
  | 'refuseMismatch'
  /** Those alone that are recorded with their key. */
  | 'requireRecord'

/** @throws {MlsClientError} `otherService`: one of them is at home at another service, as it declares. */
export async function requireHere(deps: ConvoDeps, dids: string[]): Promise<void> {
  const { repositories, service, device } = deps
  if (repositories === undefined) return
  const here = (await service.address()).did
  await Promise.all(
    dids.map(async (did) => {
      if (did === device.did) return
      // What cannot be read is no declaration.
      const home = await repositories.findHomeService(did).catch(() => undefined)
      if (home?.service === undefined || home.service === here) return
      throw new MlsClientError(
        'otherService',
        `${did} declares to be at ${home.service}; this client is at ${here}, and services do not talk to one another`,
      )
    }),
  )
}

/** @throws {MlsClientError} `deviceRefused`: the policy lets one of the devices not be added. */
export async function requireStanding(deps: ConvoDeps, leased: LeasedPackage[]): Promise<void> {
  const { repositories, devicePolicy, device } = deps
  if (repositories === undefined || devicePolicy === 'report') return
  await Promise.all(
    leased.map(async ({ did, deviceId, keyPackage }) => {
      if (did === device.did && deviceId === device.deviceId) return
      const { signaturePublicKey } = readKeyPackage(keyPackage).leafNode
      const standing = await repositories.checkDevice({ did, deviceId, signaturePublicKey })
      if (standing.state === 'verified') return
      if (standing.state === 'unverified' && devicePolicy !== 'requireRecord') return
      throw new MlsClientError(
        'deviceRefused',
        `the device ${deviceId} of ${did} is not added: ${reasonOf(standing)}`,
      )
    }),
  )
}

function reasonOf(standing: Exclude<DeviceStanding, { state: 'verified' }>): string {
  if (standing.state === 'mismatch') return 'its account has recorded another key for it'
  switch (standing.reason) {
    case 'noRecord':
      return 'its account has no record of it'
    case 'unproven':
      return 'what its account’s server gave is not signed by the account'
    case 'unreachable':
      return 'its account’s repository cannot be read'
    default:
      return standing.reason satisfies never
  }
}

type LeasedPackage = Omit<CheckableDevice, 'signaturePublicKey'> & { keyPackage: Uint8Array }
