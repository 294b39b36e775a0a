/** What `--json` prints. */
export interface Report {
  service: { url: string; did: string; version: string; commitFraming: string }
  startedAt: string
  seconds: number
  /** Requests that were made. */
  calls: number
  /** How long limits on rates were waited for, over all checks. */
  waitedSeconds: number
  passed: number
  failed: number
  skipped: number
  checks: CheckResult[]
}

export interface CheckResult {
  id: string
  promise: string
  contract: string
  status: 'passed' | 'failed' | 'skipped'
  ms: number
  hint: string
  /** Of a failure. */
  expected?: string
  seen?: string
  /** Why it was skipped. */
  reason?: string
}
