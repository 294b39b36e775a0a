import type { Service } from '../api/service.js'

/** Lets the service wake this device when there is something to read; the push says nothing else. */
export async function registerPush(
  service: Service,
  deviceId: string,
  target: PushTarget,
): Promise<void> {
  await service.call('registerPush', (mls, options) =>
    mls.registerPush({ deviceId, ...target }, options),
  )
}

export async function unregisterPush(
  service: Service,
  deviceId: string,
  target: PushTarget,
): Promise<void> {
  await service.call('unregisterPush', (mls, options) =>
    mls.unregisterPush({ deviceId, ...target }, options),
  )
}

/** Where pushes to this device go. */
export interface PushTarget {
  platform: 'ios' | 'android' | 'web'
  /** The device token; for `web` the JSON of its `PushSubscription`. */
  token: string
  /** Which app of the service's operator it is, where there are several. */
  appId?: string
}
