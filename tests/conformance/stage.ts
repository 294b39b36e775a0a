import { randomBytes } from 'node:crypto'
import {
  CHECKS,
  developmentAccounts,
  meet,
  type Report,
  runChecks,
  select,
} from '../../packages/conformance/src/index.js'
import { startPlc } from '../support/plc.js'
import { type ServiceProcess, startProcess } from '../support/service-process.js'

const JOBS = 3

/** The built service, as a process of its own, that takes development tokens. */
export async function startDevelopmentService(env: Record<string, string> = {}) {
  await using starting = new AsyncDisposableStack()
  const plc = starting.use(await startPlc())
  const secret = randomBytes(32).toString('hex')
  const service: ServiceProcess = starting.use(
    await startProcess({ plcUrl: plc.url, env: { JWT_SECRET: secret, ...env } }),
  )
  const resources = starting.move()
  return { service, secret, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** Runs the checks that are named, or all of them, against an address. */
export async function conform(
  url: string,
  secret: string,
  only: readonly string[] = [],
): Promise<Report> {
  const checks = select(CHECKS, only)
  return runChecks(await meet(url), { accounts: developmentAccounts(secret), checks, jobs: JOBS })
}

/** What came of one check, with what was seen where it failed. */
export function verdictOf({ checks }: Report, wanted: string) {
  const { status, expected, seen, reason } = checks.find(({ id }) => id === wanted)!
  return { status, expected, seen, reason }
}
