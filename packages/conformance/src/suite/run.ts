import { performance } from 'node:perf_hooks'
import type { Accounts } from '../accounts/account.js'
import { TooFewAccounts } from '../accounts/account.js'
import { Refused } from '../service/caller.js'
import type { Service } from '../service/service.js'
import { Watch } from '../service/watch.js'
import { Stage } from '../stage/stage.js'
import type { Check } from './check.js'
import { Finding, NotApplicable, show } from './finding.js'
import type { CheckResult, Report } from './report.js'

const CHECK_TIMEOUT_MS = 300_000

/** Makes the checks against a service, some of them at a time, and reports on each in the given order. */
export async function runChecks(service: Service, options: RunOptions): Promise<Report> {
  const { accounts, checks, jobs = 1, onResult = () => {} } = options
  const watch = new Watch()
  const startedAt = new Date()
  const results = new Map<Check, CheckResult>()
  const make = async (check: Check, lent: Accounts) => {
    const result = await makeCheck(check, service, lent, watch)
    results.set(check, result)
    onResult(result, results.size, checks.length)
  }
  const ahead = checks.filter(({ last }) => last !== true)
  const lane = async (lent: Accounts) => {
    for (let check; (check = ahead.shift()) !== undefined;) await make(check, lent)
  }
  await Promise.all(accounts.split(jobs).map(lane))
  for (const check of checks.filter(({ last }) => last === true)) await make(check, accounts)

  const made = checks.map((check) => results.get(check)!)
  const count = (status: CheckResult['status']) =>
    made.filter((one) => one.status === status).length
  const { did, version, commitFraming } = service.description
  return {
    service: { url: service.url, did, version, commitFraming },
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
    calls: watch.calls,
    waitedSeconds: watch.waitedSeconds,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    checks: made,
  }
}

async function makeCheck(
  check: Check,
  service: Service,
  accounts: Accounts,
  watch: Watch,
): Promise<CheckResult> {
  const { id, promise, contract, hint } = check
  const startedAt = performance.now()
  const verdict = await judge(check, service, accounts, watch)
  return { id, promise, contract, ms: Math.round(performance.now() - startedAt), hint, ...verdict }
}

async function judge(
  check: Check,
  service: Service,
  accounts: Accounts,
  watch: Watch,
): Promise<Verdict> {
  const stage = new Stage(service, accounts, watch)
  try {
    await withinTime(check.run(stage))
    return { status: 'passed' }
  } catch (error) {
    if (error instanceof NotApplicable || error instanceof TooFewAccounts) {
      return { status: 'skipped', reason: error.message }
    }
    if (error instanceof Finding) {
      return { status: 'failed', expected: error.expected, seen: error.seen }
    }
    const expected = 'no error on the way'
    return { status: 'failed', expected, seen: seenIn(error) }
  } finally {
    await stage.leave()
  }
}

/** A call that was refused, or an error of the client's: where it was, too. */
function seenIn(error: unknown): string {
  if (!(error instanceof Error)) return show(error)
  const at = error.stack?.split('\n').find((line) => /checks\//.test(line))
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  const where = error instanceof Refused || at === undefined ? '' : ` ${at.trim()}`
  return `${error.name}: ${error.message}${cause}${where}`
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Finding(`an end within ${CHECK_TIMEOUT_MS / 1000} s`, 'none'))
    }, CHECK_TIMEOUT_MS)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

type Verdict = Pick<CheckResult, 'status' | 'expected' | 'seen' | 'reason'>

export interface RunOptions {
  accounts: Accounts
  checks: readonly Check[]
  /** How many checks run at a time, if there are accounts for them. */
  jobs?: number
  onResult?: (result: CheckResult, done: number, all: number) => void
}
