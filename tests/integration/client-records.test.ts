import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type DevicePolicy,
  MlsClientError,
  serviceTokens,
} from '../../packages/client/src/index.js'
import { openRepositories } from '../../packages/client/src/repositories/index.js'
import { ClientDevice } from '../support/client-device.js'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'
import type { TestAccount } from '../support/plc.js'
import { type SdkClient, SdkStage, until } from '../support/sdk.js'
import { startService, type TestService } from '../support/service.js'

const DEVICE = 'blue.catbird.mls.device'
const DECLARATION = 'blue.catbird.mls.declaration'

let service: TestService
let stage: SdkStage
beforeAll(async () => {
  service = await startService()
  stage = new SdkStage(service)
}, OPENS_WITHIN_MS)
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
})

describe('a client that can write to its account’s repository', () => {
  test('records its key before it comes to the service, and takes the record away with the device', async () => {
    const alice = await person()
    await alice.mls.sync()
    const stored = await service.plc.repos.own(alice.did).get(DEVICE, alice.mls.deviceId)
    expect(stored).toMatchObject({
      signaturePublicKey: { $bytes: base64(alice.mls.signaturePublicKey) },
    })
    await alice.mls.deleteDevice(alice.mls.deviceId)
    expect(await service.plc.repos.own(alice.did).get(DEVICE, alice.mls.deviceId)).toBeUndefined()
  })

  test('leaves a record that is there already, and is refused where that is of another key', async () => {
    const account = await service.createAccount()
    invent(account, 'phone')
    const before = await service.plc.repos.own(account.did).get(DEVICE, 'phone')
    const alice = await person({ account, deviceId: 'phone' })
    await expect(alice.mls.sync()).rejects.toMatchObject({ error: 'DeviceKeyMismatch' })
    expect(await service.plc.repos.own(account.did).get(DEVICE, 'phone')).toEqual(before)
  })

  test('goes on without a record where it cannot write one, and says so', async () => {
    const account = await service.createAccount()
    const own = service.plc.repos.own(account.did)
    const put = () => Promise.reject(new Error('no leave to write'))
    const alice = await person({ account, repository: { ...own, put } })
    await alice.mls.sync()
    expect(alice.events).toContainEqual({
      type: 'unrecorded',
      error: new Error('no leave to write'),
    })
  })

  test('declares who may add it, and where it is', async () => {
    const [alice, bob] = [await person(), await person()]
    await alice.mls.declare('following')
    expect(await service.plc.repos.own(alice.did).get(DECLARATION, 'self')).toEqual({
      $type: DECLARATION,
      allowIncoming: 'following',
      service: service.serviceDid,
    })
    const home = await repositories().findHomeService(handleOf(alice))
    expect(home).toEqual({ did: alice.did, service: service.serviceDid })
    expect(await repositories().findHomeService(bob.did)).toEqual({ did: bob.did })
  })
})

describe('a device in a group', () => {
  test('that its account has recorded is verified, and nothing is told of it', async () => {
    const [alice, bob] = (await online(2)) as [SdkClient, SdkClient]
    const convo = await alice.mls.direct(bob.did)
    expect(await standings(alice, convo.id)).toEqual([
      [alice.did, 'verified'],
      [bob.did, 'verified'],
    ])
    await bob.joined(convo.id)
    expect(told(alice, convo.id)).toEqual([])
  })

  test('that the service has made up is found out: its account has signed that it has no such device', async () => {
    const [alice, bob] = (await online(2, { policy: 'report' })) as [SdkClient, SdkClient]
    await madeUp(bob.account as TestAccount, 'evil')
    const convo = await alice.mls.direct(bob.did)
    await until('it is told', () => told(alice, convo.id).length > 0)
    expect(told(alice, convo.id)).toEqual([[bob.did, 'evil', 'unverified', 'noRecord']])
    // Control: the honest device of the same account is verified.
    const found = await convo.checkDevices()
    expect(
      found
        .filter(({ did }) => did === bob.did)
        .map((d) => [d.deviceId, d.standing.state])
        .sort(),
    ).toEqual(
      [
        [bob.mls.deviceId, 'verified'],
        ['evil', 'unverified'],
      ].sort(),
    )
  })

  test('under a recorded name with another key is a mismatch, and is not added', async () => {
    const target = await service.createAccount()
    invent(target, 'phone')
    // The service looks away: it is the one that lies.
    const { outside } = service.context
    const { deviceRecord } = outside
    outside.deviceRecord = async () => ({ state: 'none' })
    try {
      await madeUp(target, 'phone')
    } finally {
      outside.deviceRecord = deviceRecord
    }
    const [careful, reporting] = [await person(), await person({ policy: 'report' })]
    await careful.start()
    const refused = careful.mls.direct(target.did)
    await expect(refused).rejects.toMatchObject({ code: 'deviceRefused' })
    await expect(refused).rejects.toThrow(/has recorded another key/)
    expect(careful.mls.conversations()).toEqual([])
    // Control: who only wants to be told is told, and has it in the group.
    await reporting.start()
    const convo = await reporting.mls.direct(target.did)
    await until('it is told', () => told(reporting, convo.id).length > 0)
    expect(told(reporting, convo.id)).toEqual([[target.did, 'phone', 'mismatch', undefined]])
  })

  test('without a record is refused by who asks for records', async () => {
    const [strict, lenient] = [await person({ policy: 'requireRecord' }), await person()]
    const bob = await service.device()
    await bob.register(4)
    await Promise.all([strict.start(), lenient.start()])
    await expect(strict.mls.direct(bob.did)).rejects.toMatchObject({ code: 'deviceRefused' })
    await lenient.mls.direct(bob.did)
    service.plc.repos.setRecord(bob.did, DEVICE, 'phone', {
      signaturePublicKey: { $bytes: base64(bob.mls.publicKey) },
      createdAt: new Date().toISOString(),
    })
    // Another client: this one has heard that there is none, and believes it for a while.
    const later = await person({ policy: 'requireRecord' })
    await later.start()
    expect((await later.mls.direct(bob.did)).members).toContain(bob.did)
  })

  test('whose account’s server is away, or lies, is not verified', async () => {
    const [alice, bob] = [await person(), await person()]
    await bob.mls.sync()
    const key = service.plc.repos.keys.get(bob.did)!
    const device = {
      did: bob.did,
      deviceId: bob.mls.deviceId,
      signaturePublicKey: bob.mls.signaturePublicKey,
    }
    const check = () => repositories().checkDevice(device)
    expect(await check()).toEqual({ state: 'verified' })
    // Signed by whoever runs the server, not by the account.
    service.plc.repos.keys.set(bob.did, service.plc.repos.keys.get(alice.did)!)
    expect(await check()).toEqual({ state: 'unverified', reason: 'unproven' })
    service.plc.repos.keys.set(bob.did, key)
    service.plc.repos.down = true
    try {
      expect(await check()).toEqual({ state: 'unverified', reason: 'unreachable' })
    } finally {
      service.plc.repos.down = false
    }
  })
})

describe('people', () => {
  test('are found by their handles, which they name in turn', async () => {
    const [alice, bob] = (await online(2)) as [SdkClient, SdkClient]
    const convo = await alice.mls.create({ people: [`@${handleOf(bob)}`] })
    expect(convo.members).toContain(bob.did)
    await expect(alice.mls.direct('nobody-at-all.test')).rejects.toMatchObject({ code: 'handle' })
    // A resolver that gives another account's DID is found out.
    const document = { id: bob.did, alsoKnownAs: ['at://somebody.else.test'] }
    service.plc.setDocument(bob.did, document)
    await expect(repositories().resolve(handleOf(bob))).rejects.toMatchObject({ kind: 'unproven' })
  })

  test('who are at home at another service are not added, and the error says where', async () => {
    const alice = await person()
    const [elsewhere, here] = [await service.device(), await service.device()]
    for (const device of [elsewhere, here]) await device.register(2)
    const home = (did: string, at: string) =>
      service.plc.repos.setRecord(did, DECLARATION, 'self', { allowIncoming: 'all', service: at })
    home(elsewhere.did, 'did:web:mls.example.com')
    home(here.did, service.serviceDid)
    await alice.start()
    await expect(alice.mls.direct(elsewhere.did)).rejects.toMatchObject({
      code: 'otherService',
      message: expect.stringContaining('did:web:mls.example.com') as string,
    })
    const convo = await alice.mls.create({ people: [here.did] })
    const error = await convo.add(elsewhere.did).catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(MlsClientError)
    expect(error).toMatchObject({ code: 'otherService' })
    expect(convo.members).not.toContain(elsewhere.did)
  })
})

async function online(count: number, options: PersonOptions = {}): Promise<SdkClient[]> {
  const people = await Promise.all(Array.from({ length: count }, () => person(options)))
  await Promise.all(people.map((client) => client.start()))
  return people
}

/** A client that reads repositories, and writes its account's own. */
async function person({ policy, repository, ...options }: PersonOptions = {}): Promise<SdkClient> {
  const account = options.account ?? (await service.createAccount())
  const auth = serviceTokens(account.did, (claims) => account.token(claims))
  return stage.open({
    ...options,
    account,
    auth: { ...auth, repository: repository ?? service.plc.repos.own(account.did) },
    repositories: repositories(),
    ...(policy && { devicePolicy: policy }),
  })
}

/** One that remembers nothing yet. */
function repositories() {
  const { url } = service.plc
  return openRepositories({ plcUrl: url, handleResolver: url, allowLocalhost: true })
}

/** A record of a key that nobody has. */
function invent({ did }: TestAccount, deviceId: string): void {
  service.plc.repos.setRecord(did, DEVICE, deviceId, {
    signaturePublicKey: { $bytes: base64(randomBytes(32)) },
    createdAt: '2026-01-01T00:00:00.000Z',
  })
}

/** A device that the account knows nothing of: what a service that lies would hand out. */
async function madeUp(account: TestAccount, deviceId: string): Promise<ClientDevice> {
  const device = await service.device(deviceId, account)
  await device.register(4)
  return device
}

function told({ events }: SdkClient, convoId: string) {
  return events.flatMap((event) =>
    event.type === 'deviceStanding' && event.convoId === convoId
      ? [
          [
            event.device.did,
            event.device.deviceId,
            event.standing.state,
            'reason' in event.standing ? event.standing.reason : undefined,
          ],
        ]
      : [],
  )
}

async function standings({ mls }: SdkClient, convoId: string): Promise<string[][]> {
  const devices = await mls.conversation(convoId).checkDevices()
  return devices.map(({ did, standing }) => [did, standing.state])
}

function handleOf({ did }: SdkClient): string {
  return `${did.split(':').at(-1)}.test`
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}

interface PersonOptions {
  account?: TestAccount
  deviceId?: string
  policy?: DevicePolicy
  repository?: ReturnType<TestService['plc']['repos']['own']>
}
