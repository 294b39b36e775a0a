import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startService, type TestService } from '../support/service.js'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'

let upstream: Server
let service: TestService
const asked: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = []
beforeAll(async () => {
  upstream = createServer((req, res) => {
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece))
    req.on('end', () => {
      const body = Buffer.concat(pieces).toString()
      asked.push({ method: req.method!, url: req.url!, headers: req.headers, body })
      res.writeHead(418, { 'content-type': 'application/json', 'x-upstream': 'yes' })
      res.end(JSON.stringify({ error: 'Teapot', message: body }))
    })
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  service = await startService({
    env: { ENABLE_DIRECT_XRPC_PROXY: 'true', UPSTREAM_XRPC_BASE: `http://127.0.0.1:${port}/` },
  })
}, OPENS_WITHIN_MS)
afterAll(async () => {
  await service?.[Symbol.asyncDispose]()
  upstream.closeAllConnections()
  upstream.close()
})

test('a method that is not here goes to the upstream as it is, and so does its answer', async () => {
  asked.length = 0
  const response = await fetch(`${service.url}/xrpc/com.example.write?a=1&b=2`, {
    method: 'POST',
    headers: { authorization: 'Bearer abc', 'content-type': 'application/json' },
    body: '{"x":1}',
  })
  expect(response.status).toBe(418)
  expect(response.headers.get('x-upstream')).toBe('yes')
  expect(await response.json()).toEqual({ error: 'Teapot', message: '{"x":1}' })
  expect(asked).toMatchObject([
    {
      method: 'POST',
      url: '/xrpc/com.example.write?a=1&b=2',
      headers: { authorization: 'Bearer abc', host: expect.stringMatching(/^127/) as string },
      body: '{"x":1}',
    },
  ])
})

test('a method that is here stays here, and so does what is no method', async () => {
  asked.length = 0
  expect((await fetch(`${service.url}/xrpc/blue.catbird.mls.describeServer`)).status).toBe(200)
  expect((await fetch(`${service.url}/xrpc/blue.catbird.mls.getConvos`)).status).toBe(401)
  expect((await fetch(`${service.url}/xrpc/no/method`)).status).toBe(400)
  expect((await fetch(`${service.url}/elsewhere`)).status).toBe(404)
  expect(asked).toEqual([])
})

test('what was passed on before is not passed on again', async () => {
  asked.length = 0
  await fetch(`${service.url}/xrpc/com.example.read`)
  const via = String(asked[0]!.headers.via)
  const again = await fetch(`${service.url}/xrpc/com.example.read`, { headers: { via } })
  expect([again.status, asked.length]).toEqual([501, 1])
})

test('an upstream that is away is a 503', async () => {
  upstream.closeAllConnections()
  await new Promise((resolve) => upstream.close(resolve))
  const response = await fetch(`${service.url}/xrpc/com.example.read`)
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ error: 'ServiceUnavailable' })
})
