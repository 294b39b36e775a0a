const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WEEK_DAYS = 7

/** How a day is called above its messages: "Today", "Yesterday", "Monday", "12 March 2026". */
export function dayLabel(at: Date, now: Date, locale?: string): string {
  const days = daysBetween(at, now)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days > 1 && days < WEEK_DAYS) return at.toLocaleDateString(locale, { weekday: 'long' })
  return at.toLocaleDateString(locale, { day: 'numeric', month: 'long', year: 'numeric' })
}

export function clockTime(at: Date, locale?: string): string {
  return at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
}

/** When something was, in a list: "now", "14:05", "Mon", "12/03/26". */
export function shortTime(at: Date, now: Date, locale?: string): string {
  if (Math.abs(now.getTime() - at.getTime()) < MINUTE_MS) return 'now'
  const days = daysBetween(at, now)
  if (days === 0) return clockTime(at, locale)
  if (days > 0 && days < WEEK_DAYS) return at.toLocaleDateString(locale, { weekday: 'short' })
  return at.toLocaleDateString(locale, { day: '2-digit', month: '2-digit', year: '2-digit' })
}

/** Calendar days, where the reader is. */
export function daysBetween(earlier: Date, later: Date): number {
  const start = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.round((start(later) - start(earlier)) / DAY_MS)
}
