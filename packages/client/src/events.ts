import type { Retry } from './api/service.js'
import type { Fork, LogRecord } from './convo/records.js'
import type { DeviceName } from './mls/identity.js'
import type { RosterDevice } from './mls/roster.js'
import type { DeviceStanding } from './repositories/repositories.js'

/** What a client tells the application; everything durable is in the store when it is told. */
export type ClientEvent =
  | ConversationEvent
  /** The stream is open and everything missed is applied. */
  | { type: 'online' }
  /** The connection is lost; it is tried again. */
  | { type: 'offline'; reason: string }
  | ({ type: 'retry' } & Retry)
  /** The client has stopped for good and must be opened again. */
  | { type: 'stopped'; error: Error }
  /** This device's key could not be recorded in the account's own repository. */
  | { type: 'unrecorded'; error: Error }
  | { type: 'devices'; did: string; deviceId: string; action: string }

/** What happens in one conversation. */
export type ConversationEvent =
  /** The next entry of the log. */
  | { type: 'entry'; convoId: string; entry: LogRecord }
  | { type: 'joined'; convoId: string; by: 'creation' | 'welcome' | 'externalCommit' }
  /** Name, roles, status, read position, or what waits to be sent changed. */
  | { type: 'updated'; convoId: string }
  /** Somebody has reported a member; told to those who moderate. */
  | { type: 'report'; convoId: string; reportId: string }
  /** The conversation goes on with a new group; this device comes into it by itself. */
  | { type: 'reset'; convoId: string }
  /** This account has left, or was removed. */
  | { type: 'gone'; convoId: string }
  | { type: 'typing'; convoId: string; by: DeviceName; typing: boolean }
  | { type: 'read'; convoId: string; by: DeviceName; seq: number }
  /** Somebody was shown another history than this device: the service, or somebody in it, lies. */
  | { type: 'twoHistories'; convoId: string; fork: Fork }
  /** The service names other devices than the group has. */
  | { type: 'rosterMismatch'; convoId: string; missing: DeviceName[]; extra: DeviceName[] }
  /** What the account of a device has recorded of it, where that is not its key; or is again. */
  | { type: 'deviceStanding'; convoId: string; device: RosterDevice; standing: DeviceStanding }
  /** The conversation cannot go on by itself; `error` says why. It is tried again at the next sync. */
  | { type: 'trouble'; convoId: string; error: Error }

/** Tells everyone who listens; a listener's error is its own. */
export class Events {
  readonly #listeners = new Set<(event: ClientEvent) => void>()

  listen(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  emit(event: ClientEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
