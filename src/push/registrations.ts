import type { Tx } from '../db/types.js'
import type { DeviceId, Did } from '../lib/ids.js'
import type { Platform } from './platform.js'
import type { TokenVault } from './token-vault.js'

/**
 * Puts the token of a device in place of what it had for this app; if another device had this very token,
 * of this or another account, it is that device's no more.
 */
export async function putRegistration(
  tx: Tx,
  vault: TokenVault,
  registration: NewRegistration,
): Promise<void> {
  const { did, deviceId, platform, token, appId, now } = registration
  const hash = vault.hash(platform, token)
  const known = await tx
    .selectFrom('push_registrations')
    .select(['did', 'device_id', 'app_id'])
    .where('token_hash', '=', hash)
    .forUpdate()
    .executeTakeFirst()
  if (known?.did === did && known.device_id === deviceId && known.app_id === appId) return
  if (known) await tx.deleteFrom('push_registrations').where('token_hash', '=', hash).execute()
  const values = {
    token_hash: hash,
    sealed_token: vault.seal(token, registration),
    created_at: now,
  }
  await tx
    .insertInto('push_registrations')
    .values({ did, device_id: deviceId, platform, app_id: appId, ...values })
    .onConflict((oc) => oc.columns(['did', 'device_id', 'platform', 'app_id']).doUpdateSet(values))
    .execute()
}

/** Removes a token of a device; another one, or none, is left alone. */
export async function removeRegistration(
  tx: Tx,
  vault: TokenVault,
  { did, deviceId, platform, token }: Omit<NewRegistration, 'appId' | 'now'>,
): Promise<void> {
  await tx
    .deleteFrom('push_registrations')
    .where('token_hash', '=', vault.hash(platform, token))
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .execute()
}

/** Of a device that is deleted. */
export async function removeRegistrationsOf(
  tx: Tx,
  { did, deviceId }: { did: Did; deviceId: DeviceId },
): Promise<void> {
  await tx
    .deleteFrom('push_registrations')
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .execute()
}

export interface NewRegistration {
  did: Did
  deviceId: DeviceId
  platform: Platform
  token: string
  /** Empty: the app that the service is set up for. */
  appId: string
  now: Date
}
