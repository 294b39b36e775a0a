import { lexToJson } from '@atproto/lexicon'
import type { OwnRepository } from '../auth/own-repository.js'
import type { Device } from './device.js'

const COLLECTION = 'blue.catbird.mls.device'

/**
 * Records this device's key in the account's own repository, where there is nothing under its id yet. What
 * is there stays: it may be of a device that had the id before, and then the service refuses this one.
 */
export async function recordDevice(
  repository: OwnRepository,
  { deviceId, publicKey }: Pick<Device, 'deviceId' | 'publicKey'>,
): Promise<void> {
  if ((await repository.get(COLLECTION, deviceId)) !== undefined) return
  await repository.put(
    COLLECTION,
    deviceId,
    lexToJson({
      $type: COLLECTION,
      signaturePublicKey: publicKey,
      createdAt: new Date().toISOString(),
    }) as object,
  )
}

/** Takes the record of a deleted device away. */
export function forgetDevice(repository: OwnRepository, deviceId: string): Promise<void> {
  return repository.delete(COLLECTION, deviceId)
}
