/** Preload: the clock of this process is wrong by the `skewMinutes` of its address. */
const MINUTE_MS = 60_000
const skewMs = Number(new URL(import.meta.url).searchParams.get('skewMinutes')) * MINUTE_MS
const TrueDate = Date

globalThis.Date = class extends TrueDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(TrueDate.now() + skewMs)
    else super(...(args as [number]))
  }
  static override now(): number {
    return TrueDate.now() + skewMs
  }
} as DateConstructor
