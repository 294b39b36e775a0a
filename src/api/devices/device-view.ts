import type { ListedDevice } from '../../devices/list.js'
import type { DeviceView } from '../../lexicon/types/blue/catbird/mls/defs.js'

export function deviceView({ createdAt, lastSeenAt, ...device }: ListedDevice): DeviceView {
  return {
    ...device,
    ...(createdAt && { createdAt: createdAt.toISOString() }),
    ...(lastSeenAt && { lastSeenAt: lastSeenAt.toISOString() }),
  }
}
