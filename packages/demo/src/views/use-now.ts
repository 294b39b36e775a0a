import { signal } from '@preact/signals'

const MINUTE_MS = 60_000
const minute = signal(Date.now())

setInterval(() => (minute.value = Date.now()), MINUTE_MS)

/** The time, renewed each minute: for what says how long ago something was. */
export function useNow(): Date {
  return new Date(minute.value)
}
