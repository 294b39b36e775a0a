/** What a stream may take, and how long; tests and benchmarks set some of them lower or higher. */
export interface StreamSettings {
  /** Recent events kept in memory for all streams together. */
  tailEvents: number
  /** … and the memory that they take, ciphertexts in all their encodings included. */
  tailBytes: number
  /** So many readers that wait for the database come back together: what they missed is read once. */
  crowd: number
  /** How often the database is asked without a wake-up: hints may be lost. */
  pollMs: number
  /** Open streams per device, per account and per address (an IPv6 /64 counts as one). */
  streamsPerDevice: number
  streamsPerAccount: number
  streamsPerAddress: number
  /** A stream ends after this, give or take a tenth, and the client comes back. */
  lifeMs: number
  /** WebSocket pings; a peer that shows no life for `deadMs` is gone. */
  pingMs: number
  deadMs: number
  /** A comment on an idle SSE stream, so that no proxy takes it for dead. */
  keepAliveMs: number
  /** A reader that takes nothing of what waits for this long is too slow. */
  stallMs: number
  /** How often the four times above are looked at; one timer for all streams. */
  beatMs: number
  /** Messages and pings that a client may send per second; all are ignored. */
  inboundPerSecond: number
}

const MIB = 1024 * 1024
const HOUR_MS = 3_600_000

export const STREAM_SETTINGS: StreamSettings = {
  tailEvents: 5_000,
  tailBytes: 64 * MIB,
  crowd: 8,
  pollMs: 500,
  streamsPerDevice: 5,
  streamsPerAccount: 20,
  streamsPerAddress: 1_000,
  lifeMs: 12 * HOUR_MS,
  pingMs: 30_000,
  deadMs: 60_000,
  keepAliveMs: 15_000,
  stallMs: 30_000,
  beatMs: 2_500,
  inboundPerSecond: 10,
}

/** WebSocket messages from a client, in bytes; larger ones end the stream (`ws` would take 100 MiB). */
export const INBOUND_BYTES_MAX = 1_024
/** What is written to a socket in one go, and what of a larger event is written before it has drained. */
export const WRITE_BYTES = 32 * 1_024
