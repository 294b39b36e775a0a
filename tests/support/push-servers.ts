import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { jwtVerify } from 'jose'
import type { ServiceAccount } from '../../src/push/fcm.js'
import { LOCALHOST_CERT, LOCALHOST_KEY } from './localhost-cert.js'

/** What a push service was sent, and took for sound. */
export interface Received {
  path: string
  headers: Record<string, unknown>
  body: Buffer
}

/** How it answers the next requests, in order; then with success. */
export interface Answer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

export interface PushServer extends AsyncDisposable {
  port: number
  received: Received[]
  answers: Answer[]
}

/** Apple's: HTTP/2 over TLS, provider tokens (ES256), `{"reason"}` where it refuses. */
export async function startApns({
  publicKey,
  keyId,
  teamId,
}: {
  publicKey: KeyObject
  keyId: string
  teamId: string
}): Promise<PushServer> {
  const received: Received[] = []
  const answers: Answer[] = []
  const server = createSecureServer({ key: LOCALHOST_KEY, cert: LOCALHOST_CERT })
  const sessions = new Set<{ destroy(): void }>()
  server.on('session', (session) => sessions.add(session))
  server.on('stream', (stream, headers) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk as Buffer)
      const token = String(headers.authorization).replace(/^bearer /i, '')
      const sound = await jwtVerify(token, publicKey, { issuer: teamId }).then(
        ({ protectedHeader }) => protectedHeader.kid === keyId,
        () => false,
      )
      const answer = sound
        ? (answers.shift() ?? { status: 200 })
        : { status: 403, body: { reason: 'InvalidProviderToken' } }
      if (sound) {
        received.push({ path: String(headers[':path']), headers, body: Buffer.concat(chunks) })
      }
      stream.respond({ ':status': answer.status, 'apns-id': String(headers['apns-id']) })
      stream.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received,
    answers,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Google's: a token endpoint (RFC 7523), and the messages of HTTP v1 for whoever has such a token. */
export async function startFcm(): Promise<
  PushServer & { account: ServiceAccount; grants: number[] }
> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const received: Received[] = []
  const answers: Answer[] = []
  const grants: number[] = []
  const account: ServiceAccount = {
    project_id: 'cats',
    client_email: 'pusher@cats.iam.test',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    token_uri: '',
  }
  const server = await listen(async (path, req, body) => {
    if (path === '/token') {
      const form = new URLSearchParams(body.toString())
      await jwtVerify(form.get('assertion') ?? '', publicKey, {
        issuer: account.client_email,
        audience: account.token_uri,
      })
      grants.push(grants.length + 1)
      return {
        status: 200,
        body: { access_token: `access-${grants.length}`, expires_in: 3600, token_type: 'Bearer' },
      }
    }
    if (path !== '/v1/projects/cats/messages:send') return { status: 404 }
    if (req.headers.authorization !== `Bearer access-${grants.length}`) return { status: 401 }
    received.push({ path, headers: req.headers, body })
    return answers.shift() ?? { status: 200, body: { name: 'projects/cats/messages/1' } }
  })
  const { port } = server.address() as AddressInfo
  account.token_uri = `http://127.0.0.1:${port}/token`
  return { port, received, answers, account, grants, [Symbol.asyncDispose]: () => close(server) }
}

/** A browser's push service: VAPID (RFC 8292) by the key that the subscription was made with. */
export async function startWebPush({ publicKey }: { publicKey: string }): Promise<PushServer> {
  const received: Received[] = []
  const answers: Answer[] = []
  const point = Buffer.from(publicKey, 'base64url')
  const key = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.toString('base64url', 1, 33),
      y: point.toString('base64url', 33),
    },
  })
  const server = await listen(async (path, req, body) => {
    const [, token = '', k] =
      /^vapid t=([^,]+), k=(.+)$/.exec(req.headers.authorization ?? '') ?? []
    const sound = await jwtVerify(token, key, { audience: 'https://push.test' }).then(
      () => k === publicKey,
      () => false,
    )
    if (!sound) return { status: 403 }
    received.push({ path, headers: req.headers, body })
    return answers.shift() ?? { status: 201 }
  })
  const { port } = server.address() as AddressInfo
  return { port, received, answers, [Symbol.asyncDispose]: () => close(server) }
}

/** A token signing key of an Apple team. */
export function createApnsKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { publicKey, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/** P-256 keys as browsers and VAPID have them: base64url of point and scalar. */
export function createPushKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x, y, d } = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).export({
    format: 'jwk',
  })
  const point = Buffer.concat([Buffer.of(4), decoded(x), decoded(y)])
  return { publicKey: point.toString('base64url'), privateKey: decoded(d).toString('base64url') }
}

/** Variables of a service that wakes browsers. */
export function webPushEnv({ publicKey, privateKey } = createPushKeys()): Record<string, string> {
  return {
    PUSH_TOKEN_KEY: randomBytes(32).toString('hex'),
    VAPID_SUBJECT: 'mailto:ops@example.com',
    VAPID_PUBLIC_KEY: publicKey,
    VAPID_PRIVATE_KEY: privateKey,
  }
}

function decoded(part: string | undefined): Buffer {
  return Buffer.from(part ?? '', 'base64url')
}

type Handle = (path: string, req: IncomingMessage, body: Buffer) => Promise<Answer>

async function listen(handle: Handle): Promise<Server> {
  const server = createHttp((req, res) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const { status, body, headers } = await handle(
        req.url ?? '',
        req,
        Buffer.concat(chunks),
      ).catch((): Answer => ({ status: 400 }))
      res.writeHead(status, { 'content-type': 'application/json', ...headers })
      res.end(body === undefined ? '' : JSON.stringify(body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
