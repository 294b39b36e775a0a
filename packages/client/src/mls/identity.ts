import type { Credential } from 'ts-mls'
import { fromUtf8, utf8 } from '../lib/bytes.js'

/** The credential of a device: BasicCredential, its identity the UTF-8 of `<did>#<deviceId>`. */
export function credentialOf({ did, deviceId }: DeviceName): Credential {
  return { credentialType: 'basic', identity: utf8(`${did}#${deviceId}`) }
}

/** Undefined for a credential of another kind or form. */
export function deviceNameOf(credential: Credential): DeviceName | undefined {
  if (credential.credentialType !== 'basic') return undefined
  let identity: string
  try {
    identity = fromUtf8(credential.identity)
  } catch {
    return undefined
  }
  const [, did, deviceId] = /^(did:[a-z]+:[^#]+)#([A-Za-z0-9._-]{1,64})$/.exec(identity) ?? []
  return did === undefined || deviceId === undefined ? undefined : { did, deviceId }
}

/** The name alone, of whatever has one. */
export function nameOf({ did, deviceId }: DeviceName): DeviceName {
  return { did, deviceId }
}

/** A device of an account, by its two names. */
export interface DeviceName {
  did: string
  /** `[A-Za-z0-9._-]{1,64}` */
  deviceId: string
}
