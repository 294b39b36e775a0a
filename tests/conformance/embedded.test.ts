import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CHECKS,
  FAULTS,
  type Report,
  startBrokenProxy,
} from '../../packages/conformance/src/index.js'
import { runCommand } from '../support/command.js'
import { conform, startTarget, verdictOf } from './stage.js'

const COMMAND = fileURLToPath(new URL('../../packages/conformance/dist/main.js', import.meta.url))
const RUN_TIMEOUT_MS = 600_000
/** A development token has no signature of this kind; `postgres.test.ts` has accounts with keys. */
const ELSEWHERE = ['auth.low-s']

let target: Awaited<ReturnType<typeof startTarget>>
beforeAll(async () => {
  target = await startTarget()
}, RUN_TIMEOUT_MS)
afterAll(() => target?.[Symbol.asyncDispose]())

/** The control of what follows as well: the proxy alone breaks nothing. */
describe('on the embedded database, behind a proxy that changes nothing, the service keeps', () => {
  let report: Report
  beforeAll(async () => {
    await using proxy = await startBrokenProxy(target.url)
    report = await conform(proxy.url, target.anybody)
  }, RUN_TIMEOUT_MS)

  test.each(CHECKS.map(({ id }) => id).filter((id) => !ELSEWHERE.includes(id)))('%s', (id) => {
    expect(verdictOf(report, id)).toEqual({ status: 'passed' })
  })
})

describe('a service that is broken by', () => {
  test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    '%s is caught by name',
    async (_name, fault) => {
      await using proxy = await startBrokenProxy(target.url, fault)
      const { checks } = await conform(proxy.url, target.anybody, fault.caughtBy)
      const outcomes = checks.map(({ id, status }) => `${id} ${status}`)
      expect(outcomes.toSorted()).toEqual(fault.caughtBy.map((id) => `${id} failed`).toSorted())
    },
    RUN_TIMEOUT_MS,
  )
})

describe('the command', () => {
  test('passes a service, and names what another breaks', async () => {
    const env = { MLS_CONFORMANCE_DEV_SECRET: target.secret }
    const only = ['--only', 'log.hash-chain', '--json']
    const whole = await runCommand([target.url, ...only], env, COMMAND)
    expect(whole).toMatchObject({ code: 0 })
    expect(JSON.parse(whole.stdout)).toMatchObject({ passed: 1, failed: 0, skipped: 0 })

    const fault = FAULTS.find(({ name }) => name === 'alter-hash')
    await using proxy = await startBrokenProxy(target.url, fault)
    const broken = await runCommand([proxy.url, ...only], env, COMMAND)
    expect(broken).toMatchObject({ code: 1 })
    expect(JSON.parse(broken.stdout)).toMatchObject({
      passed: 0,
      failed: 1,
      checks: [{ id: 'log.hash-chain', status: 'failed', contract: '§2.10' }],
    })
    expect(broken.stderr).toContain('expected  hash of seq 2')
  })

  test.each([
    ['no accounts', () => [target.url], /accounts are needed/],
    [
      'a check that is none',
      () => [target.url, '--dev-secret', 'x', '--only', 'log.nothing'],
      /no check/,
    ],
    ['no address', () => ['--dev-secret', 'x'], /address of a service/],
    ['an address where nobody is', () => ['http://127.0.0.1:1', '--dev-secret', 'x'], /no service/],
    ['an option that is none', () => [target.url, '--nonsense'], /--help/],
  ])('says what is wrong with %s, and ends with 2', async (_what, args, words) => {
    const { code, stderr } = await runCommand(args(), {}, COMMAND)
    expect(code).toBe(2)
    expect(stderr).toMatch(words)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
