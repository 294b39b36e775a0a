import type { Platform } from './platform.js'

/** A way to wake devices of one platform. */
export interface PushProvider extends AsyncDisposable {
  /** Never rejects: what goes wrong is an outcome. */
  send(push: Push): Promise<PushOutcome>
}

export type PushProviders = ReadonlyMap<Platform, PushProvider>

/** All that a provider learns: nothing of it names an account or a conversation. */
export interface Push {
  token: string
  /** Of the app on the device; empty: the one that the service is set up for. */
  appId: string
  /** Keyed hash of device and conversation: what it replaces, and what it is shown with. */
  topic: string
  /** The same whenever the same push is sent again: a UUID. */
  id: string
}

/** `dead`: the token is good for nothing any more. `failed`: as `later`, but somebody should look at it. */
export type PushOutcome =
  | { outcome: 'sent' }
  | { outcome: 'dead' }
  | { outcome: 'later'; afterMs?: number }
  | { outcome: 'failed'; status: number }

/** How long a provider keeps a push for a device that is away. */
export const PUSH_TTL_SECONDS = 24 * 60 * 60
export const SEND_TIMEOUT_MS = 10_000

/** What an HTTP status says where a provider does not say more. */
export function outcomeOf(status: number, retryAfter: string | null): PushOutcome {
  if (status >= 200 && status < 300) return { outcome: 'sent' }
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(retryAfter)
    return {
      outcome: 'later',
      ...(retryAfter !== null && seconds > 0 && { afterMs: seconds * 1000 }),
    }
  }
  return { outcome: 'failed', status }
}
