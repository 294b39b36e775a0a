import { inTx } from '../db/tx.js'
import type { Db } from '../db/types.js'
import { InvalidRequestError } from '../errors.js'
import type { DeviceId, Did } from '../lib/ids.js'
import type { Platform } from '../push/platform.js'
import { putRegistration, removeRegistration } from '../push/registrations.js'
import { parseSubscription } from '../push/subscription.js'
import type { TokenVault } from '../push/token-vault.js'
import { requireLiveDevice } from './live.js'

/**
 * Lets a device be woken through its platform's push service. A token that is not its only one replaces
 * the other; the same again changes nothing.
 *
 * @throws {DeviceUnknownError}
 * @throws {InvalidRequestError} where the service is not set up for the platform, or the token is none.
 */
export async function registerPush(deps: PushDeps, request: PushRequest): Promise<void> {
  const { did, deviceId, platform, token, appId = '' } = request
  const { vault, platforms } = deps.push
  if (!vault || !platforms.includes(platform)) {
    throw new InvalidRequestError(
      `This service sends no push notifications to ${platform}; describeServer tells to which it does`,
    )
  }
  const sound = soundToken(platform, token)
  await inTx(deps.db, async (tx) => {
    await requireLiveDevice(tx, did, deviceId)
    const now = deps.clock()
    await putRegistration(tx, vault, { did, deviceId, platform, token: sound, appId, now })
  })
}

/** Takes a token back. What is not registered, or not to this device, is left alone. */
export async function unregisterPush(deps: PushDeps, request: PushRequest): Promise<void> {
  const { vault } = deps.push
  const { did, deviceId, platform, token } = request
  if (!vault) return
  const sound = soundToken(platform, token)
  await inTx(deps.db, (tx) =>
    removeRegistration(tx, vault, { did, deviceId, platform, token: sound }),
  )
}

/** In one form, so that the same token is known again. */
function soundToken(platform: Platform, token: string): string {
  switch (platform) {
    case 'ios':
      if (/^(?:[0-9a-f]{2}){8,100}$/i.test(token)) return token.toLowerCase()
      throw new InvalidRequestError('token: an APNs device token is given in hex')
    case 'android':
      if (/^[\x21-\x7e]+$/.test(token)) return token
      throw new InvalidRequestError('token: an FCM registration token has printable ASCII only')
    case 'web': {
      const subscription = parseSubscription(token)
      if (subscription) return JSON.stringify(subscription)
      throw new InvalidRequestError(
        'token: a Web Push subscription is JSON with an https endpoint and the keys p256dh and auth',
      )
    }
    default:
      return platform satisfies never
  }
}

export interface PushDeps {
  readonly db: Db
  readonly push: PushOffer
  clock(): Date
}

/** What the operator has set up. */
export interface PushOffer {
  /** Undefined: nothing is set up. */
  vault: TokenVault | undefined
  platforms: readonly Platform[]
}

export interface PushRequest {
  did: Did
  deviceId: DeviceId
  platform: Platform
  token: string
  appId?: string | undefined
}
