/** What a member may be reported for. */
export const CATEGORIES = [
  'spam',
  'harassment',
  'hate',
  'violence',
  'sexual',
  'childSafety',
  'selfHarm',
  'impersonation',
  'other',
] as const
export type Category = (typeof CATEGORIES)[number]

/** What was done about a report. */
export const ACTIONS = ['dismissed', 'warned', 'removed', 'escalated'] as const
export type Action = (typeof ACTIONS)[number]

export type ReportStatus = 'open' | 'resolved'
