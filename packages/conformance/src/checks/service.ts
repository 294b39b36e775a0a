import { group } from '../suite/check.js'
import { expect, expectEqual, NotApplicable } from '../suite/finding.js'
import type { Stage } from '../stage/stage.js'

/** What the service says of itself, and what is beside XRPC. */
export const service = group('service', {
  describe: {
    promise: 'describeServer tells who the service is, its limits and suites, without a token',
    contract: '§4 service',
    hint: 'describeServer takes no authentication; serviceId is the DID with #atproto_mls',
    async run(stage) {
      const { answer, status } = await stage.caller().attempt('describeServer', { token: '' })
      expectEqual(status, 200, 'status without a token')
      const told = answer as Stage['description']
      expectEqual(told.serviceId, `${told.did}#atproto_mls`, 'serviceId')
      expect(told.cipherSuites.length > 0, 'a cipher suite', told.cipherSuites)
      expect(['public', 'any'].includes(told.commitFraming), 'public or any', told.commitFraming)
      expect(/^https?:\/\//.test(told.publicUrl), 'an address as publicUrl', told.publicUrl)
    },
  },
  'did-document': {
    promise: 'a did:web has its document at /.well-known/did.json, with the service in it',
    contract: '§10',
    hint: 'a service entry #atproto_mls of the type AtprotoMlsService: a PDS looks it up to proxy',
    async run(stage) {
      const { did } = stage.description
      if (!did.startsWith('did:web:')) throw new NotApplicable('the service is no did:web')
      const document = (await json(stage, '/.well-known/did.json')) as DidDocument
      expectEqual(document.id, did, 'id of the document')
      const entry = document.service?.find(({ id }) => id.endsWith('#atproto_mls'))
      expectEqual(entry?.type, 'AtprotoMlsService', 'type of the service #atproto_mls')
    },
  },
  health: {
    promise:
      '/health says how the parts are, /health/live and /health/ready whether to send requests',
    contract: '§10',
    hint: '200 with status, timestamp in seconds, version, checks; OK; ready and checks.database',
    async run(stage) {
      const health = (await json(stage, '/health')) as Record<string, unknown>
      expectEqual(health.status, 'healthy', 'status in /health')
      const age = Math.abs(Date.now() / 1000 - Number(health.timestamp))
      expect(age < 300, 'a timestamp in seconds, about now', health.timestamp)
      expect(typeof health.version === 'string', 'a version', health.version)
      expect('database' in Object(health.checks), 'checks.database', health.checks)
      const ready = (await json(stage, '/health/ready')) as { ready: unknown }
      expectEqual(ready.ready, true, 'ready in /health/ready')
      const live = await get(stage, '/health/live')
      expectEqual((await live.text()).trim(), 'OK', '/health/live')
      const { version } = (await json(stage, '/xrpc/_health')) as { version: unknown }
      expect(typeof version === 'string', 'a version in /xrpc/_health', version)
    },
  },
  cors: {
    promise: 'browsers of other origins may call',
    contract: '§10',
    hint: 'answer the preflight, and allow the Authorization header',
    async run(stage) {
      const response = await get(stage, '/xrpc/blue.catbird.mls.getConvos', {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
        },
      })
      expect(response.ok, 'a preflight that succeeds', response.status)
      const allowed = response.headers.get('access-control-allow-origin')
      expect(allowed === '*' || allowed === 'https://app.example', 'the origin allowed', allowed)
      const headers = response.headers.get('access-control-allow-headers') ?? ''
      expect(/\*|authorization/i.test(headers), 'Authorization allowed', headers)
    },
  },
  'metrics-name-nobody': {
    promise: 'metrics carry no ids',
    contract: '§2.9, §10',
    hint: 'labels are of few values: methods, statuses, never accounts or conversations',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      await convos[0]!.send('counted')
      const response = await get(stage, '/metrics')
      if (!response.ok) throw new NotApplicable('/metrics is not at this address')
      const text = await response.text()
      for (const id of [convoId, ...people.flatMap(({ did, deviceId }) => [did, deviceId])]) {
        expect(!text.includes(id), 'no DID, device or conversation in /metrics', id)
      }
    },
  },
})

function get(stage: Stage, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(stage.service.url + path, { ...init, signal: AbortSignal.timeout(30_000) })
}

async function json(stage: Stage, path: string): Promise<unknown> {
  const response = await get(stage, path)
  expect(response.ok, `200 from ${path}`, response.status)
  return response.json()
}

interface DidDocument {
  id: string
  service?: { id: string; type: string }[]
}
