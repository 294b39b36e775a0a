import type { EventQueue } from './event-queue.js'

/** An open event stream; disposing of it cuts the connection. */
export interface EventStream extends AsyncDisposable {
  queue: EventQueue
}

export interface StreamOptions {
  cursor?: string
  convoId?: string
  ticket?: string
  /** Replaces the token; empty: none. */
  token?: string
}
