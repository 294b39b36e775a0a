import { request } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { parseConfig } from '../../src/config/index.js'
import { openEmbedded } from '../../src/db/embedded.js'
import type { Server } from '../../src/lexicon/index.js'
import { createLogger } from '../../src/logger.js'
import type { ServerContext } from '../../src/server/server-context.js'
import { startServer, type RunningServer } from '../../src/server/server.js'

/**
 * The HTTP side alone: real routes of real lexicons, whose handlers answer what the test needs.
 */
const MESSAGE_BYTES = 262_144
const ECHOED = 'did:plc:echoechoechoechoechoecho'
const CONVO_ID = 'ab'.repeat(16)

let server: RunningServer
let lines: string[]
let handled: string[]
let nextFault: unknown
const closing = new AsyncDisposableStack()

beforeAll(async () => {
  lines = []
  handled = []
  const database = closing.use(await openEmbedded(undefined))
  const backend = closing.use(createMemoryBackend())
  const parsed = parseConfig({ NODE_ENV: 'test', SERVER_PORT: '0' })
  if (!parsed.ok) throw new Error(parsed.refusal.join())
  const context: ServerContext = {
    config: parsed.value,
    logger: createLogger(parsed.value, { write: (line) => void lines.push(line) }),
    database,
    backend,
    limitAddress: (_req, _res, next) => next(),
    limitSignIn: (_req, _res, next) => next(),
    register,
  }
  server = closing.use(
    await startServer(context, {
      headersMs: 400,
      bodyMs: 400,
      uploadMs: 2_000,
      uploadIdleMs: 400,
      keepAliveMs: 2_000,
      checkMs: 50,
    }),
  )
})

afterAll(() => closing.disposeAsync())

describe('a path', () => {
  it('that names no method is 501', async () => {
    await expectError(get('/xrpc/blue.catbird.mls.noSuchMethod'), 501, 'MethodNotImplemented')
    await expectError(post('/xrpc/com.example.other', '{}'), 501, 'MethodNotImplemented')
  })

  it('that has a lexicon and no handler is 501', async () => {
    await expectError(get('/xrpc/blue.catbird.mls.getConvos'), 501, 'MethodNotImplemented')
  })

  it('in other letters is another path', async () => {
    await expectError(get('/xrpc/blue.catbird.mls.DESCRIBESERVER'), 501, 'MethodNotImplemented')
    await expectError(get('/XRPC/blue.catbird.mls.describeServer'), 400, 'InvalidRequest')
    expect((await get('/xrpc/blue.catbird.mls.describeServer')).status).toBe(200)
  })

  it.each([
    '/xrpc/',
    '/xrpc/%2e%2e',
    '/xrpc/blue%2Ecatbird.mls.describeServer',
    '/xrpc/a/b',
    '/xrpc/%',
  ])('%s is no method at all', async (path) => {
    await expectError(
      raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      400,
      'InvalidRequest',
    )
  })

  it('outside /xrpc is 404', async () => {
    await expectError(get('/admin'), 404, 'NotFound')
  })

  it.each([
    ['GET', 'sendMessage'],
    ['PUT', 'sendMessage'],
    ['POST', 'describeServer'],
    ['DELETE', 'describeServer'],
    ['HEAD', 'describeServer'],
  ])('%s %s is the wrong verb', async (verb, name) => {
    const response = await fetch(`${server.url}/xrpc/blue.catbird.mls.${name}`, { method: verb })
    expect(response.status).toBe(400)
    if (verb !== 'HEAD') expect(await response.json()).toMatchObject({ error: 'InvalidRequest' })
  })
})

describe('a body', () => {
  const path = '/xrpc/blue.catbird.mls.sendMessage'

  it('as large as allowed is taken', async () => {
    const response = await post(path, message(MESSAGE_BYTES))
    expect(response.status).toBe(200)
    expect(handled.pop()).toBe(`sendMessage ${MESSAGE_BYTES}`)
  })

  it('with a field one byte too large is 413', async () => {
    const told = await expectError(post(path, message(MESSAGE_BYTES + 1)), 413, 'TooLarge')
    expect(told.message).toMatch(/ciphertext.*262144/)
    expect(handled).toEqual([])
  })

  it('100 times too large is 413 by its length alone, before it was sent', async () => {
    const length = 100 * MESSAGE_BYTES
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`
    const response = raw(`${head}Content-Length: ${length}\r\n\r\n{`)
    await expectError(response, 413, 'TooLarge')
    await expectError(post(path, message(length)), 413, 'TooLarge')
  })

  it('of unsaid length is cut off where it passes the limit', async () => {
    const sent = await overrun(path)
    expect(sent.status).toBe(413)
    expect(sent.body).toMatchObject({ error: 'TooLarge' })
    expect(sent.closed).toBe(true)
    expect(handled).toEqual([])
  })

  it('of unsaid length below the limit is taken', async () => {
    const body = message(1000)
    const chunks = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n`
    const response = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunks}`)
    expect(response.status).toBe(200)
    expect(handled.pop()).toBe('sendMessage 1000')
  })

  it('with more bytes than it said is read to its said length', async () => {
    const body = message(1000)
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n`
    const length = Buffer.byteLength(body) - 10
    // The rest is another request, which is none.
    expect((await raw(`${head}Content-Length: ${length}\r\n\r\n${body}`)).status).toBe(400)
    expect(handled).toEqual([])
  })

  it('with two lengths never arrives', async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`
    const both = `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
    expect((await raw(both)).status).toBe(400)
    expect(handled).toEqual([])
  })

  it.each(['gzip', 'deflate', 'br', 'x-unknown'])('packed with %s is refused', async (encoding) => {
    const packed = gzipSync(message(1000))
    await expectError(post(path, packed, { 'content-encoding': encoding }), 400, 'InvalidRequest')
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/octet-stream',
  ])('of type %s is refused', async (type) => {
    await expectError(post(path, message(10), { 'content-type': type }), 400, 'InvalidRequest')
  })

  it('in another character set is refused', async () => {
    const type = 'application/json; charset=iso-8859-1'
    await expectError(post(path, message(10), { 'content-type': type }), 400, 'InvalidRequest')
  })

  it.each([
    ['nothing', ''],
    ['half an object', `{"convoId":"${ECHOED}`],
    ['a bare word', ECHOED],
    ['no object', `"${ECHOED}"`],
    ['null', 'null'],
    ['an array', '[]'],
    ['bad base64', JSON.stringify({ ...fields(), ciphertext: { $bytes: `*${ECHOED}` } })],
    ['a link for bytes', JSON.stringify({ ...fields(), ciphertext: { $link: ECHOED } })],
    [
      'a blob for bytes',
      JSON.stringify({ ...fields(), ciphertext: { $type: 'blob', ref: ECHOED } }),
    ],
    ['a fractional number', JSON.stringify({ ...fields(), epoch: 1.5 })],
    ['an unsafe number', '{"convoId":"x","epoch":1e300}'],
    ['U+0000 in a text', JSON.stringify({ ...fields(), msgId: '\0'.repeat(26) })],
    ['half a surrogate pair', JSON.stringify({ ...fields(), msgId: '\ud800'.repeat(26) })],
    ['100,000 brackets', '['.repeat(100_000)],
    ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['levels in a field', `{"x":${'[{"y":'.repeat(30_000)}1${'}]'.repeat(30_000)}}`],
  ])('of %s is 400 and is not quoted', async (_name, body) => {
    const told = await expectError(post(path, body), 400, 'InvalidRequest')
    expect(told.message).not.toContain(ECHOED)
    expect(handled).toEqual([])
  })

  it('cannot reach the prototype of objects', async () => {
    const body = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${message(10).slice(1)}`
    const response = await post(path, body)
    expect([200, 400]).toContain(response.status)
    handled.length = 0
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('with a field twice has the last', async () => {
    const [first, last] = [message(10), message(20)]
    const body = `${first.slice(0, -1)},${last.slice(1)}`
    expect((await post(path, body)).status).toBe(200)
    expect(handled.pop()).toBe('sendMessage 20')
  })

  it('where none is taken is refused', async () => {
    const head =
      'GET /xrpc/blue.catbird.mls.describeServer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
    await expectError(raw(`${head}Content-Length: 2\r\n\r\n{}`), 400, 'InvalidRequest')
  })
})

describe('parameters', () => {
  const path = '/xrpc/blue.catbird.mls.getEpoch'

  it.each(['', '?convoId=', '?convoId=short', '?__proto__=1'])('%s are 400', async (query) => {
    await expectError(get(`${path}${query}`), 400, 'InvalidRequest')
  })

  it.each(['convoId=%00', `convoId=${CONVO_ID}&convoId=${CONVO_ID}`])(
    '%s is 400',
    async (query) => {
      await expectError(get(`${path}?${query}`), 400, 'InvalidRequest')
    },
  )

  it('are taken as they are in the lexicon', async () => {
    expect((await get(`${path}?convoId=${CONVO_ID}`)).status).toBe(200)
  })
})

describe('a fault', () => {
  const path = `/xrpc/blue.catbird.mls.getEpoch?convoId=${CONVO_ID}`

  it('of the service is a 500 that says nothing, and one line that names nobody', async () => {
    lines.length = 0
    nextFault = new TypeError(`cannot read ${ECHOED} of ${CONVO_ID}`)
    const response = await get(path)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({
      error: 'InternalServerError',
      message: 'Internal Server Error',
    })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 50,
      method: 'blue.catbird.mls.getEpoch',
      request: response.headers.get('x-request-id'),
      err: { type: 'TypeError', message: 'cannot read … of …' },
    })
    expect(lines[0]).not.toMatch(new RegExp(`${ECHOED}|${CONVO_ID}|127\\.0\\.0\\.1`))
  })

  it('of the database is a 503 that says when to come again', async () => {
    nextFault = Object.assign(new Error('terminating connection'), { code: '57P01' })
    const response = await get(path)
    expect(response.headers.get('retry-after')).toBe('1')
    await expectError(response, 503, 'ServiceUnavailable')
  })

  it('of the answer is found before it leaves', async () => {
    nextFault = 'bad output'
    expect((await get(path)).status).toBe(500)
  })

  it('of the client makes no line at info', async () => {
    lines.length = 0
    await get('/xrpc/blue.catbird.mls.noSuchMethod')
    await post('/xrpc/blue.catbird.mls.sendMessage', '{')
    expect(lines).toEqual([])
  })
})

describe('every answer', () => {
  it.each([
    '/health/live',
    '/nothing',
    '/xrpc/blue.catbird.mls.describeServer',
    '/xrpc/blue.catbird.mls.noSuchMethod',
  ])('%s is open to pages, and is what its type says', async (path) => {
    const { headers } = await get(path, { origin: 'https://app.example' })
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(headers.get('access-control-expose-headers')).toMatch(/RateLimit-Remaining/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('etag')).toBeNull()
  })

  it('comes after a preflight that allows the token', async () => {
    const response = await fetch(`${server.url}/xrpc/blue.catbird.mls.sendMessage`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toMatch(/authorization/)
    expect(response.headers.get('access-control-allow-methods')).toMatch(/POST/)
  })
})

describe('the DID document', () => {
  it('names the service and where it is', async () => {
    const response = await get('/.well-known/did.json')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      '@context': ['https://www.w3.org/ns/did/v1'],
      id: 'did:web:localhost',
      service: [
        {
          id: '#atproto_mls',
          type: 'AtprotoMlsService',
          serviceEndpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1/),
        },
      ],
    })
  })
})

describe('a slow client', () => {
  it('that does not end its headers is cut', async () => {
    const answer = await raw('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    expect(answer.status).toBe(408)
  })

  it('that does not end its body is cut', async () => {
    const head = 'POST /xrpc/blue.catbird.mls.sendMessage HTTP/1.1\r\nHost: x\r\n'
    const answer = await raw(
      `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
    )
    expect(answer.status).toBe(408)
    expect(handled).toEqual([])
  })
})

describe('an upload', () => {
  const head = `POST /xrpc/blue.catbird.mls.uploadBlob?convoId=${CONVO_ID} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n`

  it('may take longer than other bodies while it brings something', async () => {
    handled.length = 0
    const answer = await drip(`${head}Content-Length: 9\r\n\r\n`, 9, 150)
    expect(answer.status).toBe(200)
    expect(handled.pop()).toBe('uploadBlob 9')
  })

  it('that brings nothing is cut', async () => {
    const answer = await raw(`${head}Content-Length: 1000\r\n\r\nx`)
    expect([answer.status, answer.body]).toMatchObject([408, { error: 'InvalidRequest' }])
  })

  it('that never ends is cut, however it drips', async () => {
    const answer = await drip(`${head}Content-Length: 1000\r\n\r\n`, 1000, 100)
    expect(answer.status).toBe(408)
  })
})

describe('a connection', () => {
  it('with too much in its headers is 431', async () => {
    const sized = (bytes: number) =>
      raw(
        `GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: ${'x'.repeat(bytes)}\r\n\r\n`,
      )
    expect((await sized(31 * 1024)).status).toBe(200)
    expect((await sized(33 * 1024)).status).toBe(431)
    expect((await sized(3_200 * 1024)).status).toBe(431)
  })

  it('with thousands of headers is no fault', async () => {
    const many = Array.from({ length: 1900 }, (_, i) => `a${i}: b\r\n`).join('')
    const { status } = await raw(
      `GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${many}\r\n`,
    )
    expect([200, 431]).toContain(status)
  })

  it('is kept for a while, and then closed', async () => {
    const socket = connectTo(server)
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    let received = ''
    socket.on('data', (chunk) => (received += chunk.toString()))
    const ask = () => socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')
    ask()
    await expect.poll(() => received.split('HTTP/1.1 200').length).toBe(2)
    ask()
    await expect.poll(() => received.split('HTTP/1.1 200').length).toBe(3)
    await closed
  })
})

describe('an upgrade', () => {
  it('to a WebSocket is 501 while there are no streams', async () => {
    const ws = new WebSocket(
      `${server.url.replace('http', 'ws')}/xrpc/blue.catbird.mls.subscribeConvoEvents`,
    )
    const status = await new Promise((resolve) => {
      ws.once('unexpected-response', (_req, res) => resolve(res.statusCode))
      ws.once('error', resolve)
    })
    expect(status).toBe(501)
  })

  it('to anything else is an ordinary request', async () => {
    const head = 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\n'
    expect((await raw(`${head}Upgrade: h2c\r\n\r\n`)).status).toBe(200)
  })
})

function register(xrpc: Server): void {
  xrpc.blue.catbird.mls.sendMessage(({ input }) => {
    handled.push(`sendMessage ${input.body.ciphertext.byteLength}`)
    const { msgId, epoch } = input.body
    const receivedAt = new Date().toISOString()
    return { encoding: 'application/json', body: { messageId: msgId, seq: 1, epoch, receivedAt } }
  })
  xrpc.blue.catbird.mls.uploadBlob(async ({ input }) => {
    let size = 0
    for await (const piece of input.body) size += (piece as Buffer).length
    handled.push(`uploadBlob ${size}`)
    const hash = 'ab'.repeat(32)
    return { encoding: 'application/json', body: { blob: { blobId: hash, size, sha256: hash } } }
  })
  xrpc.blue.catbird.mls.getEpoch(({ params }) => {
    const fault = nextFault
    nextFault = undefined
    if (fault instanceof Error) throw fault
    const body = { convoId: params.convoId, currentEpoch: 0, generation: 0, lastSeq: 0 }
    return { encoding: 'application/json', body: fault ? ({} as typeof body) : body }
  })
  xrpc.blue.catbird.mls.describeServer(() => ({
    encoding: 'application/json',
    buffer: Buffer.from('{}'),
  }))
}

function fields() {
  return { convoId: CONVO_ID, msgId: '01HZX3J9Q2V6K8W4N5M7P0R1ST', epoch: 0 }
}

function message(bytes: number): string {
  const ciphertext = { $bytes: Buffer.alloc(bytes).toString('base64').replace(/=+$/, '') }
  return JSON.stringify({ ...fields(), ciphertext })
}

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, { headers })
}

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

async function expectError(
  answer: Response | RawAnswer | Promise<Response | RawAnswer>,
  status: number,
  error: string,
): Promise<{ error: string; message: string }> {
  const response = await answer
  const told = (response instanceof Response ? await response.json() : response.body) as {
    error: string
    message: string
  }
  expect({ status: response.status, ...told }).toEqual({
    status,
    error,
    message: expect.stringMatching(/^[^\n]{5,300}$/),
  })
  return told
}

/** Sends `text` as it is, and reads until the answer is whole or the server closes. */
function raw(text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connectTo(server)
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString()
      const answer = parseAnswer(received)
      if (answer) {
        resolve(answer)
        socket.destroy()
      }
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const answer = parseAnswer(received, true)
      if (answer) resolve(answer)
      else reject(new Error(`no answer: ${received}`))
    })
    socket.write(text)
  })
}

/** Sends `head`, and then a byte every `ms`, until there is an answer. */
function drip(head: string, bytes: number, ms: number): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connectTo(server)
    let received = ''
    let left = bytes
    socket.write(head)
    const timer = setInterval(() => {
      if (left-- > 0) socket.write('x')
    }, ms)
    socket.on('data', (chunk) => {
      received += chunk.toString()
      const answer = parseAnswer(received)
      if (answer) {
        resolve(answer)
        socket.destroy()
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(timer)
      reject(new Error(`no answer: ${received}`))
    })
  })
}

/** Sends chunks without an end, until the server closes the connection. */
function overrun(path: string): Promise<RawAnswer & { closed: boolean }> {
  return new Promise((resolve, reject) => {
    const req = request(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    })
    let answer: RawAnswer | undefined
    const feed = () => {
      while (!req.destroyed && req.write(Buffer.alloc(65_536, ' ')));
    }
    req.on('drain', feed)
    req.on('response', (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () => {
        answer = { status: res.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString()) }
      })
    })
    req.on('error', () => undefined)
    req.on('close', () => {
      if (answer) resolve({ ...answer, closed: true })
      else reject(new Error('closed without an answer'))
    })
    feed()
  })
}

function connectTo({ port }: Pick<AddressInfo, 'port'>): Socket {
  return connect(port, '127.0.0.1')
}

function parseAnswer(text: string, ended = false): RawAnswer | undefined {
  const [head, ...rest] = text.split('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head ?? '')?.[1])
  if (!status || rest.length === 0) return undefined
  const body = rest.join('\r\n\r\n')
  const length = Number(/content-length: (\d+)/i.exec(head!)?.[1] ?? 0)
  if (!ended && Buffer.byteLength(body) < length) return undefined
  return { status, body: body.startsWith('{') ? JSON.parse(body) : body }
}

interface RawAnswer {
  status: number
  body: unknown
}
