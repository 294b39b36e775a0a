import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { verifyJwt } from '@atproto/xrpc-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded } from '../../src/db/embedded.js'
import { migrate } from '../../src/db/migrate.js'
import { servicePublicKey } from '../../src/identity/service-key.js'
import type { ConvoId, Did, Epoch } from '../../src/lib/ids.js'
import { randomPlcDid } from '../support/plc.js'

const PROGRAM = join(import.meta.dirname, '../../dist/bin/catbird-mls.js')
const MODERATION = 'did:web:mod.test'
const SERVICE = 'did:web:mls.test'
const METHOD = 'com.atproto.moderation.createReport'

const signingKey = randomBytes(32).toString('hex')
const reported = randomPlcDid()
const received: unknown[] = []
let dataDir: string
let moderation: Server

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'catbird-reports-'))
  await insertReports()
  moderation = await startModeration()
}, 60_000)
afterAll(async () => {
  moderation.close()
  await rm(dataDir, { recursive: true, force: true })
})

test('operators list, read, forward and resolve reports', async () => {
  const list = await command(['list'])
  expect(list.trim().split('\n')).toEqual([
    expect.stringMatching(`^first +\\S+ +hate +${reported} +open$`),
    expect.stringMatching(/^second /),
  ])
  expect(JSON.parse(await command(['show', 'first']))).toMatchObject({
    report_id: 'first',
    subject: reported,
    status: 'resolved',
    operator_status: 'open',
    encrypted_content_bytes: 3,
  })

  expect(await command(['forward', 'first', '--notes', 'twice this week'])).toMatch(/^forwarded to/)
  expect(received).toEqual([
    {
      reasonType: 'com.atproto.moderation.defs#reasonRude',
      reason: 'Reported in an encrypted conversation: hate. twice this week',
      subject: { $type: 'com.atproto.admin.defs#repoRef', did: reported },
    },
  ])
  expect(await failure(['forward', 'first'])).toMatch(/^It was forwarded to did:web:mod.test/)
  expect(received).toHaveLength(1)
  await command(['forward', 'first', '--again'])
  expect(received).toHaveLength(2)

  expect(await command(['resolve', 'first', '--action', 'escalated'])).toBe('resolved\n')
  expect((await command(['list'])).trim()).toMatch(/^second [^\n]*$/)
  expect(await command(['list', '--status', 'resolved'])).toMatch(
    /^first .* resolved, forwarded\n$/,
  )
})

test('what cannot be done is one line', async () => {
  expect(await failure(['show', 'third'])).toBe('There is no such report\n')
  expect(await failure(['resolve', 'third', '--action', 'warned'])).toBe(
    'There is no such report\n',
  )
  expect(await failure(['resolve', 'first', '--action', 'shrug'])).toMatch(
    /^--action must be one of/,
  )
  expect(await failure(['list', '--limit', '0'])).toMatch(/^--limit must be/)
  expect(await failure(['forward', 'second'], { MODERATION_SERVICE_URL: '' })).toMatch(/^Set MODER/)
  // Signed by another key than that of the service's document.
  const other = { SERVICE_SIGNING_KEY: randomBytes(32).toString('hex') }
  expect(await failure(['forward', 'second'], other)).toMatch(/answered 401; nothing was sent/)
  expect(received).toHaveLength(2)
})

/** Believes service tokens of this service by the key of its document, and nothing else. */
async function startModeration(): Promise<Server> {
  const key = `did:key:${servicePublicKey(signingKey)}`
  const server = createServer((req, res) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const token = req.headers.authorization?.replace(/^Bearer /, '') ?? ''
      const sound = await verifyJwt(token, MODERATION, METHOD, async () => key).then(
        ({ iss }) => iss === SERVICE,
        () => false,
      )
      if (!sound || req.url !== `/xrpc/${METHOD}`) return res.writeHead(401).end('{}')
      received.push(JSON.parse(Buffer.concat(chunks).toString()))
      return res.writeHead(200, { 'content-type': 'application/json' }).end('{"id":1}')
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function insertReports(): Promise<void> {
  await using database = await openEmbedded(dataDir)
  const { db } = database
  await migrate(db)
  const groupId = randomBytes(16)
  const convoId = groupId.toString('hex') as ConvoId
  await db
    .insertInto('conversations')
    .values({
      convo_id: convoId,
      kind: 'group',
      group_id: groupId,
      epoch: 0 as Epoch,
      hash: new Uint8Array(32),
      cipher_suite: 'any',
      commit_framing: 'public',
      creator: reported,
      policy: '{}',
    })
    .execute()
  for (const [report_id, subject] of [
    ['first', reported],
    ['second', randomPlcDid()],
  ] as [string, Did][]) {
    await db
      .insertInto('reports')
      .values({
        report_id,
        convo_id: convoId,
        reporter: randomPlcDid(),
        subject,
        category: 'hate',
        encrypted_content: Buffer.of(1, 2, 3),
        message_ids: '[]',
        // What those who moderate the conversation did is not for the operators to rely on.
        status: 'resolved',
      })
      .execute()
  }
}

async function command(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { port } = moderation.address() as AddressInfo
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, 'reports', ...args], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      SERVICE_DID: SERVICE,
      SERVICE_SIGNING_KEY: signingKey,
      MODERATION_SERVICE_URL: `http://127.0.0.1:${port}`,
      MODERATION_SERVICE_DID: MODERATION,
      ...env,
    },
  })
  return stdout
}

async function failure(args: string[], env?: Record<string, string>): Promise<string> {
  const error = await command(args, env).catch((thrown: unknown) => thrown)
  return (error as { stderr?: string }).stderr ?? ''
}
