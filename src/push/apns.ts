import apn from '@parse/node-apn'
import {
  PUSH_TTL_SECONDS,
  outcomeOf,
  type PushOutcome,
  type PushProvider,
  SEND_TIMEOUT_MS,
} from './provider.js'

/** Shown by the app's own words where it does not replace it: the service has none. */
const LOCALIZED_ALERT = { 'loc-key': 'NEW_ACTIVITY' }
const DEAD = new Set(['BadDeviceToken', 'DeviceTokenNotForTopic', 'ExpiredToken', 'Unregistered'])

/** Apple's service, by a token key: an alert that the app's extension fills in on the device. */
export function createApns(options: ApnsOptions): PushProvider {
  const { key, keyId, teamId, topic, production, elsewhere } = options
  const provider = new apn.Provider({
    token: { key: Buffer.from(key), keyId, teamId },
    production,
    requestTimeout: SEND_TIMEOUT_MS,
    // What is tried again is tried by the queue, which survives a crash.
    connectionRetryLimit: 0,
    ...(elsewhere && { address: elsewhere.host, port: elsewhere.port, ca: [elsewhere.ca] }),
  } as apn.ProviderOptions)
  return {
    async send({ token, appId, topic: collapseId, id }) {
      const notification = new apn.Notification()
      notification.topic = appId || topic
      notification.id = id
      notification.collapseId = collapseId
      notification.pushType = 'alert'
      notification.priority = 10
      notification.expiry = Math.floor(Date.now() / 1000) + PUSH_TTL_SECONDS
      notification.rawPayload = {
        aps: { alert: LOCALIZED_ALERT, 'mutable-content': 1, 'thread-id': collapseId },
      }
      const { failed } = await provider.send(notification, token)
      return failed[0] ? outcomeOfFailure(failed[0]) : { outcome: 'sent' }
    },
    async [Symbol.asyncDispose]() {
      await provider.shutdown()
    },
  }
}

function outcomeOfFailure({ status, response }: apn.ResponseFailure): PushOutcome {
  if (DEAD.has(response?.reason ?? '') || Number(status) === 410) return { outcome: 'dead' }
  // Without a status it did not reach Apple.
  return status === undefined || Number.isNaN(Number(status))
    ? { outcome: 'later' }
    : outcomeOf(Number(status), null)
}

export interface ApnsOptions {
  /** PEM of the token signing key (.p8). */
  key: string
  keyId: string
  teamId: string
  /** Bundle id of the app. */
  topic: string
  production: boolean
  /** In tests: a server instead of Apple's, and whom to believe. */
  elsewhere?: { host: string; port: number; ca: string }
}
