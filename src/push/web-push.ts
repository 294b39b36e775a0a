import webPush from 'web-push'
import type { Fetch } from '../identity/fetch-json.js'
import { publicFetch } from '../identity/public-fetch.js'
import {
  PUSH_TTL_SECONDS,
  outcomeOf,
  type PushOutcome,
  type PushProvider,
  SEND_TIMEOUT_MS,
} from './provider.js'
import { parseSubscription } from './subscription.js'

/** Web Push (RFC 8030, 8291, 8292): the endpoint is the client's word, so it is fetched as such. */
export function createWebPush({ vapid, fetch = publicFetch() }: WebPushOptions): PushProvider {
  return {
    async send({ token, topic, id }) {
      const subscription = parseSubscription(token)
      if (!subscription) return { outcome: 'dead' }
      try {
        const { endpoint, method, headers, body } = webPush.generateRequestDetails(
          subscription,
          JSON.stringify({ topic, id }),
          {
            vapidDetails: { ...vapid },
            TTL: PUSH_TTL_SECONDS,
            urgency: 'high',
            topic,
          },
        )
        const response = await fetch(new URL(endpoint), {
          method,
          redirect: 'error',
          headers: headersOf(headers),
          body: new Uint8Array(body ?? []),
          signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
        })
        await response.body?.cancel()
        return judge(response)
      } catch {
        return { outcome: 'later' }
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** As text; the length is fetch's to say. */
function headersOf(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.toLowerCase() !== 'content-length')
      .map(([name, value]) => [name, String(value)]),
  )
}

/** RFC 8030 §7.3: a subscription that is gone answers 404 or 410. */
function judge({ status, headers }: Response): PushOutcome {
  if (status === 404 || status === 410) return { outcome: 'dead' }
  return outcomeOf(status, headers.get('retry-after'))
}

export interface VapidKeys {
  /** `mailto:` or `https:`: whom a push service writes to. */
  subject: string
  /** base64url of the P-256 point and scalar. */
  publicKey: string
  privateKey: string
}

export interface WebPushOptions {
  vapid: VapidKeys
  /** In tests: one that reaches a local server. */
  fetch?: Fetch
}
