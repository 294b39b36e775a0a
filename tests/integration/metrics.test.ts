import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConvoStage, type Met, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { TestGroup } from '../support/mls/index.js'
import { scrape } from '../support/scrape.js'
import { freePort } from '../support/service-process.js'
import { SseReader } from '../support/sse-reader.js'
import { UpgradeRefused } from '../support/client-stream.js'

const NAMESPACE = 'blue.catbird.mls'
const SUBSCRIBE = `${NAMESPACE}.subscribeConvoEvents`

let stage: ConvoStage
let met: Met
beforeAll(async () => {
  stage = await ConvoStage.open()
  met = await stage.met(3)
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Of one figure: what it grew by while `act` ran. */
async function growth(
  act: () => Promise<unknown>,
  name: string,
  labels?: Record<string, string>,
): Promise<number> {
  const before = (await scrape(stage.service.url)).value(name, labels) ?? 0
  await act()
  return ((await scrape(stage.service.url)).value(name, labels) ?? 0) - before
}

describe('what is counted of conversations', () => {
  it('is each one that is created, with whom its first commit adds', async () => {
    const create = () => stage.met(3)
    expect(await growth(create, 'mls_groups_created_total')).toBe(1)
    expect(await growth(create, 'mls_members_added_total')).toBe(2)
    expect(await growth(create, 'mls_commits_accepted_total')).toBe(1)
  })

  it('is each message that is stored, and no repetition of it', async () => {
    const { convoId, people, convos } = met
    const { group } = convos[0]!
    const input = {
      convoId,
      msgId: randomUUID(),
      epoch: group.epoch,
      ciphertext: await group.encrypt('once'),
    }
    const send = () => people[0]!.api.procedure('sendMessage', input)
    const sent = { delivery: 'persistent' }
    expect(await growth(send, 'mls_messages_sent_total', sent)).toBe(1)
    expect(await growth(send, 'mls_messages_sent_total', sent)).toBe(0)
    const typing = { ...input, msgId: randomUUID(), delivery: 'ephemeral' }
    const type = () => people[0]!.api.procedure('sendMessage', typing)
    expect(await growth(type, 'mls_messages_sent_total', { delivery: 'ephemeral' })).toBe(1)
  })

  it('is each commit, by whether it is taken and why not, and no repetition of it', async () => {
    const { convoId, people, convos } = await stage.met(2)
    const { device, state } = convos[0]!.group
    const change = await new TestGroup(device, state).commit()
    const rival = await new TestGroup(device, state).commit()
    const commit = (what: typeof change) =>
      people[0]!.api.procedure('submitCommit', { convoId, change: what })

    const accepted = 'mls_commits_accepted_total'
    expect(await growth(() => commit(change), accepted)).toBe(1)
    expect(await growth(() => commit(change), accepted)).toBe(0)
    const late = () => expect(commit(rival)).rejects.toMatchObject({ error: 'EpochMismatch' })
    const reason = { reason: 'EpochMismatch' }
    expect(await growth(late, 'mls_commits_refused_total', reason)).toBe(1)
    expect(await growth(late, accepted)).toBe(0)
  })
})

describe('what is counted of requests', () => {
  it('is each by method and status, and how long it took', async () => {
    const route = `${NAMESPACE}.getConvos`
    const { api } = met.people[0]!
    const call = () => api.query('getConvos')
    const refused = () => api.send('GET', 'getConvos', { bearer: 'x' }).catch(() => {})
    expect(await growth(call, 'http_requests_total', { route, status: '200' })).toBe(1)
    expect(await growth(call, 'http_request_duration_seconds_count', { route })).toBe(1)
    expect(await growth(refused, 'http_requests_total', { route, status: '401' })).toBe(1)
  })

  it('puts all that is no method under one name', async () => {
    const { did } = met.people[0]!
    const paths = ['/health', `/xrpc/${did}`, `/xrpc/com.example.${met.convoId}`, `/${met.convoId}`]
    const ask = () => Promise.all(paths.map((path) => fetch(`${stage.service.url}${path}`)))
    // The first of the two scrapes is one, too.
    expect(await growth(ask, 'http_requests_total', { route: 'other' })).toBe(paths.length + 1)
  })

  it('is each upgrade to a stream, taken or refused, and each open stream', async () => {
    const { api } = met.people[0]!
    const open = 'mls_stream_connections'
    const began = (await scrape(stage.service.url)).value(open)!
    const upgrade = { route: SUBSCRIBE, status: '101' }
    const listen = async () => {
      await using reader = await api.subscribe()
      expect((await scrape(stage.service.url)).value(open)).toBe(began + 1)
      await reader.close()
    }
    expect(await growth(listen, 'http_requests_total', upgrade)).toBe(1)
    await expect.poll(async () => (await scrape(stage.service.url)).value(open)).toBe(began)
    const barred = { route: SUBSCRIBE, status: '401' }
    const force = () =>
      expect(api.subscribe({ ticket: 'guessed' })).rejects.toBeInstanceOf(UpgradeRefused)
    expect(await growth(force, 'http_requests_total', barred)).toBe(1)
  })

  it('is no duration of a stream that is an answer', async () => {
    const route = `${NAMESPACE}.streamConvoEvents`
    const { api } = met.people[0]!
    const listen = async () => {
      const { url } = stage.service
      const holder = await api.token(route)
      await using reader = await SseReader.open(`${url}/xrpc/${route}`, { holder })
      expect(reader.headers.get('content-type')).toContain('text/event-stream')
    }
    const ended = async () => {
      await listen()
      const count = async () =>
        (await scrape(stage.service.url)).value('http_requests_total', { route })
      await expect.poll(count).toBe(1)
    }
    expect(await growth(ended, 'http_request_duration_seconds_count', { route })).toBe(0)
  })
})

describe('what is measured', () => {
  it('is the process, the version, what it stands on, and how far streams are behind', async () => {
    const figures = await scrape(stage.service.url)
    expect(figures.contentType).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(figures.value('process_resident_memory_bytes')).toBeGreaterThan(1e6)
    expect(figures.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
    const { version } = stage.service.config.service
    expect(figures.value('mls_build_info', { version })).toBe(1)
    // The scrape itself.
    await expect
      .poll(async () => (await scrape(stage.service.url)).value('http_requests_in_flight'))
      .toBe(1)
    expect(figures.value('mls_dependency_up', { dependency: 'database' })).toBe(1)
    const shared = process.env.REDIS_URL === undefined ? undefined : 1
    expect(figures.value('mls_dependency_up', { dependency: 'redis' })).toBe(shared)
    expect(figures.value('mls_event_horizon_lag_seconds')).toBeGreaterThanOrEqual(0)
    expect(figures.value('mls_stream_lag_seconds')).toBeGreaterThanOrEqual(0)
    const server = process.env.DATABASE_URL !== undefined
    expect(figures.value('mls_database_pool_size') !== undefined).toBe(server)
    if (!server) return
    const pool = 'mls_database_pool_connections'
    expect(figures.value(pool, { state: 'idle' })).toBeGreaterThanOrEqual(1)
    expect(figures.value(pool, { state: 'waiting' })).toBe(0)
  })

  it('tells nothing of whom and of what: labels have few values, known in advance', async () => {
    const { text, samples } = await scrape(stage.service.url)
    const ids = [met.convoId, ...met.people.flatMap(({ did, deviceId }) => [did, `#${deviceId}`])]
    for (const id of ids) expect(text).not.toContain(id)
    expect(text).not.toMatch(/did:|[0-9a-f]{32}|127\.0\.0\.1/)
    const ours = samples.filter(({ name }) => /^(?:mls|http)_/.test(name))
    const labels = new Set(ours.flatMap((sample) => Object.keys(sample.labels)))
    expect([...labels].filter((label) => !LABELS.has(label))).toEqual([])
    expect(labels.size).toBeGreaterThan(6)
    for (const { labels } of ours) {
      if (labels.route) expect(labels.route).toMatch(/^(?:other|blue\.catbird\.mls\.[A-Za-z]+)$/)
      if (labels.task) expect(labels.task).toMatch(/^[a-z]+(?:[A-Z][a-z]+){1,3}$/)
    }
  })
})

const LABELS = new Set(
  'delivery dependency le method outcome reason route state status task version'.split(' '),
)

describe('METRICS_PORT', () => {
  it('takes the metrics off the main port', { timeout: OPENS_WITHIN_MS }, async () => {
    const port = await freePort()
    await using apart = await ConvoStage.open({ env: { METRICS_PORT: String(port) } })
    const { url } = apart.service
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    const figures = await scrape(`http://127.0.0.1:${port}`)
    expect(figures.value('http_requests_total', { route: 'other', status: '404' })).toBe(1)
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(404)
  })
})
