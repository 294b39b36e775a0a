import { expect, it } from 'vitest'
import { keepOnlyAllowed } from '../../ops/opentelemetry/allowed.mjs'

const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const CONVO_ID = 'ab'.repeat(16)

it('a span of a request says its method and how it ended, and not whose it was', () => {
  const path = '/xrpc/blue.catbird.mls.getMessages'
  const kept = spanAfter({
    name: 'GET /xrpc',
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 404,
      'url.path': path,
      'url.query': `convoId=${CONVO_ID}&ticket=x`,
      'url.full': `https://mls.example.com${path}?convoId=${CONVO_ID}`,
      'http.target': `${path}?convoId=${CONVO_ID}`,
      'client.address': '192.0.2.7',
      'user_agent.original': DID,
    },
  })
  expect(kept).toEqual({
    name: 'GET /xrpc',
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 404,
      'url.path': path,
    },
    events: [],
    status: { code: 2 },
  })
})

it.each([
  ['url.path', `/xrpc/${DID}`],
  ['http.target', `/${CONVO_ID}?x`],
  ['url.path', `/xrpc/blue.catbird.mls.getMessages/${DID}`],
])('a path in %s that is none of ours is left out', (name, path) => {
  expect(spanAfter({ name: `GET ${path}`, attributes: { [name]: path } })).toMatchObject({
    name: 'other',
    attributes: {},
  })
})

it('a span of the database has its statement, which has no values; one of Redis has not', () => {
  const text = 'select * from members where did = $1'
  const ofPostgres = { 'db.system.name': 'postgresql', 'db.query.text': text }
  expect(spanAfter({ name: 'pg.query:SELECT catbird', attributes: ofPostgres })).toMatchObject({
    name: 'pg.query:SELECT catbird',
    attributes: ofPostgres,
  })
  const ofRedis = { 'db.system.name': 'redis', 'db.query.text': `GET rate:${DID}` }
  expect(spanAfter({ name: `get ${DID}`, attributes: ofRedis })).toMatchObject({
    name: 'other',
    attributes: { 'db.system.name': 'redis' },
  })
})

function spanAfter({ name, attributes }: { name: string; attributes: Record<string, unknown> }) {
  const span = {
    name,
    attributes: { ...attributes },
    events: [{ name: 'exception', attributes: { 'exception.message': `no ${DID}` } }],
    status: { code: 2, message: `no ${DID}` },
  }
  keepOnlyAllowed(span)
  return span
}
