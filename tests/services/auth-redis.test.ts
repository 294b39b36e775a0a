import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAuth, type Auth } from '../../src/auth/index.js'
import { createAllowances } from '../../src/backend/allowances.js'
import type { Backend } from '../../src/backend/backend.js'
import { openRedisBackend } from '../../src/backend/redis-backend.js'
import { createIdentity } from '../../src/identity/identity.js'
import type { Did } from '../../src/lib/ids.js'
import { createAccountLimits } from '../../src/limits/account-limits.js'
import { eventually } from '../support/backend-suite.js'
import { startPlc, type TestAccount, type TestPlc } from '../support/plc.js'
import { startRedis, type TestRedis } from '../support/redis.js'

const aud = 'did:web:mls.test' as Did
const lxm = 'blue.catbird.mls.getConvos'

const LIMIT = 7

let redis: TestRedis
let plc: TestPlc
let alice: TestAccount
const backends: Backend[] = []

beforeAll(async () => {
  redis = await startRedis()
  plc = await startPlc()
  alice = await plc.createAccount()
})
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend[Symbol.asyncDispose]()
})
afterAll(async () => {
  await Promise.all([redis.close(), plc.close()])
})

describe('several instances on one Redis', () => {
  it('take a token once between them, and a ticket on another than gave it', async () => {
    const instances = [await instance(), await instance(), await instance()] as const
    for (let i = 0; i < 10; i++) {
      const token = await alice.token({ aud, lxm })
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, n) => call(instances[n % 3] ?? instances[0], token)),
      )
      expect(outcomes.filter((outcome) => outcome === alice.did)).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'ReplayedToken')).toHaveLength(11)
    }
    const { ticket } = await instances[0].tickets.issue({ did: alice.did })
    const entries = await Promise.allSettled(instances.map(({ tickets }) => tickets.redeem(ticket)))
    expect(entries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('let through as many calls as an account may make, exactly, whatever is tried again', async () => {
    const instances = [await instance(LIMIT), await instance(LIMIT)] as const
    const outcomes = await undisturbed(async () => {
      const tokens = await tokensOf(await plc.createAccount(), 12)
      // What is refused as used comes in between, and would show if it were counted.
      const tried = tokens.flatMap((token) => [token, token, token])
      return Promise.all(tried.map((token, n) => call(instances[n % 2]!, token)))
    })
    const times = (outcome: string) => outcomes.filter((each) => each === outcome).length
    expect(times('RateLimitExceeded')).toBe(12 - LIMIT)
    expect(times('ReplayedToken')).toBe(24)
    expect(outcomes.filter((outcome) => outcome.startsWith('did:'))).toHaveLength(LIMIT)
    // The control: another account has its own.
    const another = async () => [await call(instances[0], await alice.token({ aud, lxm }))]
    expect(await undisturbed(another)).toEqual([alice.did])
  })

  it('ask Redis once for a call, to remember its token and to count it', async () => {
    const auth = await instance(LIMIT)
    let scripts = 0
    const outcomes = await undisturbed(async () => {
      const tokens = await tokensOf(await plc.createAccount(), 12)
      const before = await scriptsRun()
      const outcomes: string[] = []
      for (const token of tokens) outcomes.push(await call(auth, token))
      scripts = (await scriptsRun()) - before
      return outcomes
    })
    expect(outcomes.slice(LIMIT)).toEqual(Array(12 - LIMIT).fill('RateLimitExceeded'))
    expect(scripts).toBe(12)
  })

  it('accept nothing while Redis is away, and no token of before when it comes back empty', async () => {
    const instances = [await instance(), await instance()] as const
    for (let round = 0; round < 3; round++) {
      // The second that a PDS writes has begun already.
      const iat = Math.floor(Date.now() / 1000)
      const silent = await alice.token({ aud, lxm, iat: undefined })
      const unused = await alice.token({ aud, lxm, iat })
      await redis.kill()
      for (const auth of instances) {
        expect(await call(auth, unused)).toBe('ServiceUnavailable')
      }
      await redis.start()
      for (const auth of instances) {
        await eventually(async () =>
          expect(await call(auth, await alice.token({ aud, lxm }))).toBe(alice.did),
        )
        for (const token of [silent, unused]) {
          expect(await call(auth, token)).toBe('ReplayedToken')
        }
      }
    }
  })

  it('refuse what was used before the restart of Redis, and take what is new', async () => {
    const auth = await instance()
    const iat = Math.floor(Date.now() / 1000)
    const token = await alice.token({ aud, lxm })
    expect(await call(auth, token)).toBe(alice.did)
    expect(await call(auth, token)).toBe('ReplayedToken')
    await eventually(() => expect(Date.now() / 1000).toBeGreaterThan(iat + 1.1))
    await redis.kill()
    await redis.start()
    await eventually(async () =>
      expect(await call(auth, await alice.token({ aud, lxm }))).toBe(alice.did),
    )
    expect(await call(auth, token)).toBe('ReplayedToken')
  })
})

/** What `round` comes to when Redis answers in time, which on a busy machine it may not at first. */
async function undisturbed(round: () => Promise<string[]>): Promise<string[]> {
  for (let tries = 0; tries < 5; tries++) {
    const outcomes = await round()
    if (!outcomes.includes('ServiceUnavailable')) return outcomes
  }
  throw new Error('Redis does not answer')
}

function tokensOf(account: TestAccount, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => account.token({ aud, lxm })))
}

/** By an account and minute `limit` calls; 0: any number. */
async function instance(limit = 0): Promise<Auth> {
  const log = { info: () => {}, warn: () => {} }
  const backend = await openRedisBackend({ url: redis.url, log })
  backends.push(backend)
  return createAuth({
    serviceDid: aud,
    enforceLxm: true,
    enforceJti: true,
    jtiTtlSeconds: 120,
    identity: createIdentity({ plcUrl: plc.url, allowLocalhost: false }),
    backend,
    limits: createAccountLimits(createAllowances(backend), {
      sendMessage: 0,
      publishKeyPackage: 0,
      addMembers: 0,
      createConvo: 0,
      reportMember: 0,
      accountDefault: limit,
    }),
  })
}

async function scriptsRun(): Promise<number> {
  const stats = await redis.command((client) => client.info('commandstats'))
  const calls = stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)
  return [...calls].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** Who the token lets in, or the name of the error. */
async function call(auth: Auth, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  const req = { url: `/xrpc/${lxm}`, headers } as Parameters<Auth['account']>[0]['req']
  try {
    return (await auth.account({ req })).credentials.did
  } catch (error) {
    return (error as { error: string }).error
  }
}
