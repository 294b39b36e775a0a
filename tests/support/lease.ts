import { leaseKeyPackages } from '../../src/keys/lease.js'
import type { ConvoId, Did } from '../../src/lib/ids.js'
import type { ClientDevice } from './client-device.js'
import type { ConvoStage } from './convo-stage.js'

/**
 * Leases a package of every device of the targets to `caller`, whatever they let others do: as if that
 * had been said only afterwards.
 */
export async function leaseRegardless(
  { service }: ConvoStage,
  caller: string,
  targets: readonly ClientDevice[],
  convoId: string,
): Promise<Uint8Array[]> {
  const { keyPackages } = await leaseKeyPackages(service.context, {
    caller: caller as Did,
    dids: targets.map(({ did }) => did as Did),
    convoId: convoId as ConvoId,
  })
  return keyPackages.map(({ keyPackage }) => keyPackage)
}
