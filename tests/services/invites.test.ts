import { afterAll, beforeAll, expect, test } from 'vitest'
import { ClientDevice } from '../support/client-device.js'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { openTestDatabase } from '../support/database.js'
import { TestGroup } from '../support/mls/index.js'
import { startPlc, type TestPlc } from '../support/plc.js'
import { startService, type TestService } from '../support/service.js'

/** Each has its own pool, queues and counters: only the database is between them. */
const INSTANCES = 3
const RACERS = 50

let resources: AsyncDisposableStack
let plc: TestPlc
const services: TestService[] = []
beforeAll(async () => {
  resources = new AsyncDisposableStack()
  const { url } = resources.use(await openTestDatabase())
  if (url === undefined) throw new Error('races are proved on the PostgreSQL of DATABASE_URL')
  plc = resources.use(await startPlc())
  for (let i = 0; i < INSTANCES; i++) {
    // Without a Redis of their own each instance counts for itself how many come in by themselves.
    const env = { DATABASE_URL: url, PLC_URL: plc.url, SERVICE_DID: 'did:web:invites.test' }
    services.push(resources.use(await startService({ env: { ...env, REDIS_URL: '' } })))
  }
}, OPENS_WITHIN_MS)
afterAll(() => resources?.disposeAsync())

test.each([1, 3])(
  'of 50 that race for an invite of %i uses, so many come in',
  async (maxUses) => {
    const alice = await device(0)
    const { convoId } = await alice.createConvo([])
    const { invite } = await alice.api.procedure('createInvite', { convoId, maxUses })
    const secret = invite.secret!
    let outside = await Promise.all(Array.from({ length: RACERS }, (_, i) => device(i)))
    let joined = 0
    const refusals = new Map<string, number>()
    // Whoever loses an epoch builds anew, as a client does, until the invite is used up.
    while (outside.length > 0 && joined < maxUses) {
      const { groupInfo } = await alice.api.query('getGroupInfo', { convoId })
      const outcomes = await race(outside, convoId, secret, groupInfo)
      joined += outcomes.filter((outcome) => outcome === 'joined').length
      for (const outcome of outcomes) refusals.set(outcome, (refusals.get(outcome) ?? 0) + 1)
      outside = outside.filter((_, i) => outcomes[i] !== 'joined')
    }
    const { groupInfo } = await alice.api.query('getGroupInfo', { convoId })
    const late = await race(outside.slice(0, 10), convoId, secret, groupInfo)
    expect(new Set(late)).toEqual(new Set(['InviteNotFound']))

    expect(joined).toBe(maxUses)
    const { invites } = await alice.api.query('getInvites', { convoId })
    expect(invites).toMatchObject([{ uses: maxUses, maxUses }])
    const { members } = await alice.api.query('getMembers', { convoId })
    expect(members.filter(({ inviteId }) => inviteId === invite.inviteId)).toHaveLength(maxUses)
    console.log(`invite of ${maxUses}: ${JSON.stringify(Object.fromEntries(refusals))}`)
  },
  120_000,
)

/** All at once, spread over the instances: what became of each. */
async function race(
  racers: ClientDevice[],
  convoId: string,
  invite: string,
  groupInfo: Uint8Array,
): Promise<string[]> {
  const inputs = await Promise.all(
    racers.map(async ({ mls }) => {
      const { change } = await TestGroup.joinExternally(mls, groupInfo)
      return { convoId, change, invite }
    }),
  )
  return Promise.all(
    racers.map(({ api }, i) =>
      api.procedure('joinConvo', inputs[i]!).then(
        () => 'joined',
        ({ error }: { error: string }) => error,
      ),
    ),
  )
}

/** A registered device of a new account. */
async function device(index: number): Promise<ClientDevice> {
  const service = services[index % INSTANCES]!
  const made = await ClientDevice.create(await plc.createAccount(), 'phone', service)
  await made.register(1)
  return made
}
