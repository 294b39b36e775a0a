const ENDPOINT_MAX_CHARS = 2048
const POINT_BYTES = 65
const AUTH_BYTES = 16

/** A browser's `PushSubscription` as JSON, reduced to what is needed; undefined for anything else. */
export function parseSubscription(text: string): Subscription | undefined {
  try {
    const { endpoint, keys } = JSON.parse(text) as Partial<Subscription>
    const { p256dh, auth } = keys ?? {}
    if (typeof endpoint !== 'string' || endpoint.length > ENDPOINT_MAX_CHARS) return undefined
    if (new URL(endpoint).protocol !== 'https:') return undefined
    if (!isBase64url(p256dh, POINT_BYTES) || !isBase64url(auth, AUTH_BYTES)) return undefined
    return { endpoint, keys: { p256dh, auth } }
  } catch {
    return undefined
  }
}

function isBase64url(value: unknown, bytes: number): value is string {
  return typeof value === 'string' && Buffer.from(value, 'base64url').length === bytes
}

export interface Subscription {
  endpoint: string
  keys: { p256dh: string; auth: string }
}
