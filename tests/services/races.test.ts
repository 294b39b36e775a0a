import { afterAll, beforeAll, expect, test } from 'vitest'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { ClientDevice } from '../support/client-device.js'
import { openTestDatabase } from '../support/database.js'
import { startPlc, type TestPlc } from '../support/plc.js'
import { raceCommits, storm } from '../support/race-suite.js'
import { startService, type TestService } from '../support/service.js'
import { checkStanding } from '../support/standing-check.js'

/** Each has its own pool, its own queues and its own cache of groups: only the database orders them. */
const INSTANCES = 3

let resources: AsyncDisposableStack
let plc: TestPlc
const services: TestService[] = []
beforeAll(async () => {
  resources = new AsyncDisposableStack()
  const { url } = resources.use(await openTestDatabase())
  if (url === undefined) throw new Error('races are proved on the PostgreSQL of DATABASE_URL')
  plc = resources.use(await startPlc())
  for (let i = 0; i < INSTANCES; i++) {
    const env = { DATABASE_URL: url, PLC_URL: plc.url, SERVICE_DID: 'did:web:races.test' }
    services.push(resources.use(await startService({ env })))
  }
}, OPENS_WITHIN_MS)
afterAll(() => resources?.disposeAsync())

test('of 50 commits for one epoch, over several processes, one wins', async () => {
  const [alice, bob] = await people(2)
  const convo = await alice!.createConvo([bob!.did])
  const { convoId } = convo
  const doors = services.map((service) => through(service, alice!))
  let { group } = convo
  for (let epoch = 1; epoch <= 3; epoch++) {
    const won = await raceCommits(group, convoId, doors, 50)
    expect(won).toMatchObject({ newEpoch: epoch + 1, seq: epoch + 1 })
    group = won.group
  }
  expect(await checkStanding(services[0]!.context.db, convoId)).toHaveLength(4)
})

test('the same requests through every process have one effect each', async () => {
  const [alice, bob] = await people(2)
  const convo = await alice!.createConvo([bob!.did])
  const { convoId } = convo
  const input = { convoId, change: await convo.group.commit() }
  const everywhere = <T>(call: (door: ClientDevice) => Promise<T>): Promise<T[]> =>
    Promise.all(
      Array.from({ length: 30 }, (_, i) => call(through(services[i % INSTANCES]!, alice!))),
    )
  const commits = await everywhere(({ api }) => api.procedure('submitCommit', input))
  expect(new Set(commits.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([JSON.stringify({ success: true, newEpoch: 2, seq: 2 })]),
  )
  await convo.catchUp()
  const ciphertext = await convo.group.encrypt('once')
  const message = { convoId, msgId: crypto.randomUUID(), epoch: 2, ciphertext }
  const sent = await everywhere(({ api }) => api.procedure('sendMessage', message))
  expect(new Set(sent.map((answer) => JSON.stringify(answer))).size).toBe(1)
  const left = await everywhere(({ api }) => api.procedure('leaveConvo', { convoId }))
  expect(new Set(left.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(await checkStanding(services[0]!.context.db, convoId)).toHaveLength(3)
  const events = await services[0]!.context.db
    .selectFrom('event_stream')
    .select(['kind', 'payload'])
    .where('convo_id', '=', convoId as never)
    .execute()
  expect(events.filter(({ kind }) => kind === 'message')).toHaveLength(3)
  expect(events.filter(({ payload }) => payload.action === 'left')).toHaveLength(1)
})

test('a key package that two conversations use at once is used once', async () => {
  const [alice, target] = await people(2)
  const convos = [await alice!.createConvo([]), await alice!.createConvo([])]
  // A lease without a convoId is good for any one conversation.
  const { keyPackages } = await alice!.api.query('getKeyPackages', { dids: [target!.did] })
  const add = keyPackages.map(({ keyPackage }) => keyPackage)
  const requests = await Promise.all(
    convos.map(async ({ convoId, group }) => ({ convoId, change: await group.commit({ add }) })),
  )
  const outcomes = await Promise.allSettled(
    requests.map((input, i) => through(services[i]!, alice!).api.procedure('addMembers', input)),
  )
  const statuses = outcomes.map(({ status }) => status)
  expect(statuses.sort()).toEqual(['fulfilled', 'rejected'])
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  expect(refused?.reason).toMatchObject({ error: 'InvalidKeyPackage' })
})

test('after a storm over several processes the log is gapless and its hashes hold', async () => {
  const writers = await people(4)
  const { convoId } = await writers[0]!.createConvo(writers.slice(1).map(({ did }) => did))
  for (const writer of writers.slice(1)) await writer.join()
  const acknowledged = await storm(writers, convoId, { messages: 10, commits: 4, repeats: 3 })
  const log = await checkStanding(services[0]!.context.db, convoId)
  expect(log).toHaveLength(1 + 2 * 10 + 2 * 4)
  const stored = new Map(log.map(({ id, seq }) => [id, seq]))
  for (const [id, seq] of acknowledged) expect(stored.get(id)).toBe(seq)
})

/** Registered devices of new accounts, each at another process. */
function people(count: number): Promise<ClientDevice[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const service = services[i % INSTANCES]!
      const device = await ClientDevice.create(await plc.createAccount(), 'phone', service)
      await device.register(4)
      return device
    }),
  )
}

/** The same account at another process. */
function through({ url }: TestService, { api }: ClientDevice): ClientDevice {
  const door = Object.create(ClientDevice.prototype) as ClientDevice
  return Object.assign(door, { api: Object.assign(Object.create(api) as typeof api, { url }) })
}
