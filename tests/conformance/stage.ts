import { randomBytes } from 'node:crypto'
import type { Secp256k1Keypair } from '@atproto/crypto'
import {
  type Accounts,
  CHECKS,
  developmentAccounts,
  keyedAccounts,
  meet,
  type Report,
  runChecks,
  select,
} from '../../packages/conformance/src/index.js'
import { startPlc } from '../support/plc.js'
import { startProcess } from '../support/service-process.js'
import type { TokenAlg } from '../support/tokens.js'

const JOBS = 3

/** The built service, as a process of its own, with what it takes to be any account, and real ones. */
export async function startTarget(env: Record<string, string> = {}) {
  await using starting = new AsyncDisposableStack()
  const plc = starting.use(await startPlc())
  const secret = randomBytes(32).toString('hex')
  const options = { plcUrl: plc.url, env: { JWT_SECRET: secret, ...env } }
  const { url } = starting.use(await startProcess(options))
  const resources = starting.move()
  return {
    url,
    secret,
    anybody: developmentAccounts(secret),
    async accounts(count: number): Promise<Accounts> {
      const made = Array.from({ length: count }, async (_, index) => {
        const alg: TokenAlg = index % 2 === 0 ? 'ES256K' : 'ES256'
        const { did, keypair } = await plc.createAccount({ alg })
        const bytes = await (keypair as Secp256k1Keypair).export()
        return { did, alg, privateKey: Buffer.from(bytes).toString('hex') }
      })
      return keyedAccounts(await Promise.all(made))
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** Makes the checks that are named, or all of them, at an address. */
export async function conform(
  url: string,
  accounts: Accounts,
  only: readonly string[] = [],
): Promise<Report> {
  const report = await runChecks(await meet(url), {
    accounts,
    checks: select(CHECKS, only),
    jobs: JOBS,
  })
  const { passed, checks, calls, seconds } = report
  if (only.length === 0) console.log(`${passed} of ${checks.length}: ${calls} calls, ${seconds} s`)
  return report
}

/** What came of one check, with what was seen where it failed. */
export function verdictOf({ checks }: Report, wanted: string) {
  const { status, expected, seen, reason } = checks.find(({ id }) => id === wanted)!
  return { status, expected, seen, reason }
}
