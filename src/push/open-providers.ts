import type { Config } from '../config/index.js'
import { createApns } from './apns.js'
import { createFcm } from './fcm.js'
import type { Platform } from './platform.js'
import type { PushProvider, PushProviders } from './provider.js'
import { createWebPush } from './web-push.js'

/** A provider for every platform that the operator has set up. */
export function openProviders({ push, secrets }: Config): PushProviders & AsyncDisposable {
  const providers = new Map<Platform, PushProvider>()
  if (push.apns && secrets.apnsKey !== undefined) {
    providers.set('ios', createApns({ ...push.apns, key: secrets.apnsKey }))
  }
  if (secrets.fcmServiceAccount) {
    providers.set('android', createFcm({ account: secrets.fcmServiceAccount }))
  }
  if (push.vapid && secrets.vapidPrivateKey !== undefined) {
    const vapid = { ...push.vapid, privateKey: secrets.vapidPrivateKey }
    providers.set('web', createWebPush({ vapid }))
  }
  return Object.assign(providers, {
    async [Symbol.asyncDispose]() {
      for (const provider of providers.values()) await provider[Symbol.asyncDispose]()
    },
  })
}
