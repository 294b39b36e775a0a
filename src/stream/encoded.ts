import { messageFrame } from './frame.js'
import { sseEvent } from './sse-text.js'

/** The kinds of `subscribeConvoEvents`. */
export type EventName =
  | 'messageEvent'
  | 'welcomeEvent'
  | 'membershipChangeEvent'
  | 'convoEvent'
  | 'readEvent'
  | 'deviceEvent'
  | 'keyPackagesEvent'
  | 'reportEvent'
  | 'ephemeralEvent'
  | 'infoEvent'

/** One event as it goes out, encoded at most once per transport, to however many readers. */
export class Encoded {
  #frame: Buffer | undefined
  #sse: Buffer | undefined

  /** @param bytes about how many the body has; ciphertext is all that counts. */
  constructor(
    readonly name: EventName,
    readonly body: object,
    readonly bytes: number,
  ) {}

  /** A complete WebSocket message. */
  get frame(): Buffer {
    return (this.#frame ??= messageFrame(this.name, this.body))
  }

  /** A complete Server-Sent Event. */
  get sse(): Buffer {
    return (this.#sse ??= sseEvent(this.name, this.body))
  }
}

export function infoEvent(name: 'OutdatedCursor', message: string): Encoded {
  return new Encoded('infoEvent', { name, message }, 0)
}
