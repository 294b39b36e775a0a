import type { Service } from '../api/service.js'
import { fromUtf8 } from '../lib/bytes.js'

/** Everything that the service holds of the account, one object per line of what it answers. */
export async function exportAccount(service: Service): Promise<Record<string, unknown>[]> {
  return fromUtf8(await service.download('exportAccountData'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** Ends the account at the service, with its devices and memberships. There is no way back. */
export async function deleteAccount(service: Service): Promise<void> {
  await service.call('deleteAccount', (mls, options) => mls.deleteAccount(undefined, options))
}
