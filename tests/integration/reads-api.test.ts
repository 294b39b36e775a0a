import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeGroupState } from '../../src/convo/group-state.js'
import { inTx } from '../../src/db/tx.js'
import type { DeviceId, Did } from '../../src/lib/ids.js'
import { type TestClient, XrpcFailure } from '../support/client.js'
import { ConvoLog, keyOf } from '../support/convo-log.js'
import { createDevice, DEFAULT_SUITE, TestGroup } from '../support/mls/index.js'
import { type ReadApi, startReadApi } from '../support/read-api.js'

type Role = 'admin' | 'member' | 'request' | 'left' | 'removed' | 'outsider'
const ROLES: Role[] = ['admin', 'member', 'request', 'left', 'removed', 'outsider']

let api: ReadApi
let log: ConvoLog
let clients: Record<Role, TestClient>

beforeAll(async () => {
  api = await startReadApi()
  const entries = await Promise.all(ROLES.map(async (role) => [role, await api.client()] as const))
  clients = Object.fromEntries(entries) as typeof clients
  const didOf = (role: Role) => clients[role].did as Did
  log = await ConvoLog.create(api.db, didOf('admin'))
  const device = await createDevice({ did: didOf('admin'), deviceId: 'phone' })
  const group = await TestGroup.create(device, randomBytes(16))
  await log.say(1) // 1
  await log.commit({
    add: (['member', 'request', 'left', 'removed'] as const).map((r) => [didOf(r), 'phone']),
  }) // 2
  await log.say(1) // 3
  await log.leave(didOf('left'))
  await log.commit({ remove: [didOf('removed')] }) // 4
  await log.say(1) // 5
  const convo = await log.row()
  const groupInfo = await group.groupInfo()
  await inTx(api.db, (tx) => writeGroupState(tx, convo, groupInfo))
  await api.db
    .updateTable('members')
    .set({ status: 'request' })
    .where('did', '=', didOf('request'))
    .execute()
  for (const role of ROLES) {
    const did = didOf(role)
    const row = { did, device_id: 'phone' as DeviceId, signature_key: keyOf(did, 'phone') }
    await api.db.insertInto('devices').values(row).execute()
  }
})
afterAll(() => api[Symbol.asyncDispose]())

type Call = (client: TestClient, convoId: string) => Promise<unknown>
const CALLS = {
  getConvo: (client, convoId) => client.query('getConvo', { convoId }),
  getConvoHealth: (client, convoId) =>
    client.query('getConvoHealth', { convoId, deviceId: 'phone' }),
  getMembers: (client, convoId) => client.query('getMembers', { convoId }),
  getGroupInfo: (client, convoId) => client.query('getGroupInfo', { convoId }),
  getEpoch: (client, convoId) => client.query('getEpoch', { convoId }),
  getCommits: (client, convoId) => client.query('getCommits', { convoId, fromEpoch: 0 }),
  getMessages: (client, convoId) => client.query('getMessages', { convoId }),
  updateCursor: (client, convoId) => client.procedure('updateCursor', { convoId, seq: 3 }),
} satisfies Record<string, Call>

describe('who may call what', () => {
  const FORMER_MAY = ['getConvo', 'getCommits', 'getMessages']
  const cells = Object.keys(CALLS).flatMap((method) =>
    ROLES.map((role) => ({ method: method as keyof typeof CALLS, role })),
  )

  test.each(cells)('$method by $role', async ({ method, role }) => {
    const outcome = await CALLS[method](clients[role], log.convoId).then(
      () => 'ok',
      (error: XrpcFailure) => `${error.status} ${error.error}`,
    )
    const isFormer = role === 'left' || role === 'removed'
    if (role === 'outsider') expect(outcome).toBe('404 ConvoNotFound')
    else if (isFormer && !FORMER_MAY.includes(method)) expect(outcome).toBe('403 NotMember')
    else expect(outcome).toBe('ok')
  })

  test.each(Object.entries(CALLS))(
    '%s says the same of a foreign conversation as of none',
    async (_, call) => {
      const [foreign, none] = await Promise.all(
        [log.convoId, randomBytes(16).toString('hex')].map((convoId) =>
          failure(call(clients.outsider, convoId)),
        ),
      )
      const said = ({ status, error, message }: XrpcFailure) => ({ status, error, message })
      expect(said(foreign!)).toEqual(said(none!))
    },
  )

  test('each sees of the log what it may', async () => {
    const seqs: Partial<Record<Role, number[]>> = {}
    for (const role of ROLES.slice(0, -1)) {
      const { messages } = await clients[role].query('getMessages', { convoId: log.convoId })
      seqs[role] = messages.map(({ seq }) => seq)
    }
    expect(seqs).toEqual({
      admin: [1, 2, 3, 4, 5],
      member: [2, 3, 4, 5],
      request: [2, 3, 4, 5],
      left: [2, 3],
      removed: [2, 3, 4],
    })
  })

  test('a list is of one’s own', async () => {
    const listed = async (role: Role, status?: string) => {
      const params = status === undefined ? {} : { status }
      const { conversations } = await clients[role].query('getConvos', params)
      return conversations.map((convo) => [convo.convoId, convo.status])
    }
    expect(await listed('member')).toEqual([[log.convoId, 'accepted']])
    expect(await listed('request')).toEqual([[log.convoId, 'request']])
    expect(await listed('left')).toEqual([])
    expect(await listed('left', 'left')).toEqual([[log.convoId, 'left']])
    expect(await listed('outsider')).toEqual([])
  })
})

describe('what is no request', () => {
  const bad = (method: string, params: object, role: Role = 'admin') =>
    failure(clients[role].send('GET', method, { params: { convoId: log.convoId, ...params } }))

  test.each([
    ['getConvo', { convoId: 'xyz' }],
    ['getConvo', { convoId: 'AB'.repeat(16) }],
    ['getConvo', { convoId: 'ab'.repeat(65) }],
    ['getConvos', { limit: 0 }],
    ['getConvos', { limit: 101 }],
    ['getConvos', { status: 'lost' }],
    ['getMembers', { limit: 101 }],
    ['getMessages', { limit: 0 }],
    ['getMessages', { limit: 101 }],
    ['getMessages', { sinceSeq: -1 }],
    ['getMessages', { sinceSeq: 2 ** 53 }],
    ['getMessages', { beforeSeq: 0 }],
    ['getCommits', {}],
    ['getCommits', { fromEpoch: 2 ** 53 }],
    ['getCommits', { fromEpoch: 0, toEpoch: -1 }],
    ['getCommits', { fromEpoch: 0, generation: -1 }],
    ['getConvoHealth', {}],
    ['getConvoHealth', { deviceId: 'a b' }],
    ['getConvoHealth', { deviceId: 'phone', epoch: -1 }],
  ])('%s %j', async (method, params) => {
    expect(await bad(method, params)).toMatchObject({ status: 400, error: 'InvalidRequest' })
  })

  test.each(['getConvos', 'getMembers'])('%s with a foreign cursor', async (method) => {
    for (const cursor of ['x', 'eyJhIjoxfQ', '٣']) {
      expect(await bad(method, { cursor })).toMatchObject({ status: 400, error: 'InvalidCursor' })
    }
  })

  test('the largest numbers that are one', async () => {
    const most = Number.MAX_SAFE_INTEGER
    const { convoId } = log
    const page = await clients.admin.query('getMessages', { convoId, sinceSeq: most })
    expect(page).toEqual({ messages: [], lastSeq: most, hasMore: false })
    const newest = await clients.admin.query('getMessages', { convoId, beforeSeq: most })
    expect(newest).toMatchObject({ lastSeq: 5, hasMore: false })
    const range = { convoId, fromEpoch: most, toEpoch: most, generation: most }
    expect(await clients.admin.query('getCommits', range)).toEqual({ convoId, commits: [] })
  })

  test.each([-1, 6, 1.5, '3', 2 ** 53])('a cursor at %j', async (seq) => {
    const input = { convoId: log.convoId, seq }
    const moved = clients.admin.send('POST', 'updateCursor', { input })
    expect(await failure(moved)).toMatchObject({ status: 400, error: 'InvalidRequest' })
  })

  test('a device of somebody else', async () => {
    expect(await bad('getConvoHealth', { deviceId: 'watch' })).toMatchObject({
      status: 403,
      error: 'DeviceUnknown',
    })
  })
})

describe('what is answered', () => {
  test('bytes arrive as they were stored', async () => {
    const { messages } = await clients.admin.query('getMessages', { convoId: log.convoId })
    expect(messages.map(({ ciphertext }) => Buffer.from(ciphertext!).toString('hex'))).toEqual(
      log.entries.map(({ ciphertext }) => Buffer.from(ciphertext).toString('hex')),
    )
  })

  test('the group info is kept by nobody on the way', async () => {
    const nsid = 'blue.catbird.mls.getGroupInfo'
    const response = await fetch(`${api.url}/xrpc/${nsid}?convoId=${log.convoId}`, {
      headers: { authorization: `Bearer ${await clients.member.token(nsid)}` },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const { epoch } = await clients.member
      .query('getEpoch', { convoId: log.convoId })
      .then(({ currentEpoch }) => ({ epoch: currentEpoch }))
    expect(await response.json()).toEqual({
      groupInfo: { $bytes: expect.any(String) },
      ratchetTree: { $bytes: expect.any(String) },
      epoch,
    })
  })

  test('what the service is, to anybody', async () => {
    const response = await fetch(`${api.url}/xrpc/blue.catbird.mls.describeServer`)
    const { service, limits, mls } = api.config
    expect(await response.json()).toEqual({
      did: service.did,
      serviceId: `${service.did}#atproto_mls`,
      version: service.version,
      cipherSuites: [DEFAULT_SUITE],
      publicUrl: service.publicUrl,
      limits: {
        ...limits,
        membersPerConvo: 1000,
        leavesPerConvo: 2000,
        eventRetentionDays: 7,
        keyPackageLeaseSeconds: 600,
      },
      commitFraming: 'public',
      epochGrace: mls.epochGrace,
      requiresDeviceRecords: false,
    })
  })

  test('the cursor is remembered', async () => {
    const { convoId } = log
    expect(await clients.member.procedure('updateCursor', { convoId, seq: 5 })).toEqual({ seq: 5 })
    expect(await clients.member.procedure('updateCursor', { convoId, seq: 2 })).toEqual({ seq: 5 })
    const { convo } = await clients.member.query('getConvo', { convoId })
    expect(convo).toMatchObject({ cursor: 5, unreadCount: 0 })
    // Nobody else's (P4).
    const { convo: others } = await clients.left.query('getConvo', { convoId })
    expect(others).toMatchObject({ cursor: 0 })
  })
})

async function failure(call: Promise<unknown>): Promise<XrpcFailure> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(XrpcFailure)
  return error as XrpcFailure
}
