import type { TestGroup } from '../mls/index.js'
import type { Person } from './person.js'

/**
 * Leases key packages of all devices of the accounts that are not in the group: their bytes, for Adds.
 *
 * @param leaving leaves that the same commit removes.
 */
export async function leasePackages(
  person: Person,
  group: TestGroup,
  convoId: string,
  dids: readonly string[],
  leaving: readonly number[] = [],
): Promise<Uint8Array[]> {
  if (dids.length === 0) return []
  const staying = group.members().filter(({ leafIndex }) => !leaving.includes(leafIndex))
  const present = new Set(staying.map(({ identity }) => identity))
  const { keyPackages } = await person.call('getKeyPackages', { dids, convoId })
  return keyPackages
    .filter(({ did, deviceId }) => !present.has(`${did}#${deviceId}`))
    .map(({ keyPackage }) => keyPackage)
}
