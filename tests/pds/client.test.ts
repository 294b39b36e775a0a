import { afterAll, beforeAll, expect, test } from 'vitest'
import { atprotoSession } from '../../packages/client/src/index.js'
import type { AtprotoAgent } from '../../packages/client/src/index.js'
import { provenRecord, readMultikey } from '../../packages/client/src/repositories/index.js'
import type { SigningKey } from '../../packages/client/src/repositories/index.js'
import type { PdsAccount } from '../support/pds.js'
import { startBehindPds } from '../support/pds-stage.js'
import type { PdsStage } from '../support/pds-stage.js'
import { SdkStage, until } from '../support/sdk.js'
import type { SdkClient } from '../support/sdk.js'

let behind: PdsStage
let stage: SdkStage
beforeAll(async () => {
  behind = await startBehindPds()
  stage = new SdkStage(behind.service)
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await behind[Symbol.asyncDispose]()
})

test('two people who signed in with @atproto/api chat, find each other by handle, and send a picture', async () => {
  const [atAlices, atBobs] = [await behind.pds.createAccount(), await behind.pds.createAccount()]
  const [alice, bob] = [await signedIn(atAlices), await signedIn(atBobs)]
  const convo = await alice.mls.create({ people: [atBobs.handle] })
  expect(convo.members).toContain(atBobs.did)
  await convo.send('hello Bob')
  const atBob = await bob.joined(convo.id)
  await bob.read(convo.id, 'hello Bob')
  await atBob.send('hello Alice')
  await alice.read(convo.id, 'hello Bob', 'hello Alice')

  const picture = crypto.getRandomValues(new Uint8Array(50_000))
  const attachment = await convo.upload(picture, { mimeType: 'image/png', name: 'owl.png' })
  await convo.send({ type: 'text', text: 'look', attachments: [attachment] })
  await bob.read(convo.id, 'look')
  expect(Buffer.compare(await atBob.download(attachment), picture)).toBe(0)

  await convo.typing()
  await until('Bob sees that Alice is typing', () =>
    bob.events.some(({ type }) => type === 'typing'),
  )
  await atBob.leave()
  await until('his leaf is gone', () => !convo.members.includes(bob.did))
})

test('a device’s key is recorded in the account’s repository, with a proof that clients can check', async () => {
  const account = await behind.pds.createAccount()
  const { mls } = await signedIn(account)
  const key = await signingKey(account)
  const path = `blue.catbird.mls.device/${mls.deviceId}`
  const proof = await proofOf(account, path)
  const record = await provenRecord(proof, { did: account.did, key, path })
  const { signaturePublicKey } = record as { signaturePublicKey: Uint8Array }
  expect(Buffer.compare(signaturePublicKey, mls.signaturePublicKey)).toBe(0)

  const none = 'blue.catbird.mls.device/another'
  const absence = await proofOf(account, none)
  expect(await provenRecord(absence, { did: account.did, key, path: none })).toBeUndefined()
  const other = await signingKey(await behind.pds.createAccount())
  await expect(provenRecord(proof, { did: account.did, key: other, path })).rejects.toMatchObject({
    kind: 'unproven',
  })
})

/** What the account's PDS says of a record, signed or not. */
async function proofOf({ did, pds }: PdsAccount, path: string): Promise<Uint8Array> {
  const [collection = '', rkey = ''] = path.split('/')
  const query = new URLSearchParams({ did, collection, rkey })
  const response = await fetch(`${pds.url}/xrpc/com.atproto.sync.getRecord?${query}`)
  expect(response.status).toBe(200)
  return new Uint8Array(await response.arrayBuffer())
}

/** From the directory's data: the documents of this version hold keys in a form of before Multikey. */
async function signingKey({ did, pds }: PdsAccount): Promise<SigningKey> {
  const response = await fetch(`${pds.plcUrl}/${did}/data`)
  const data = (await response.json()) as { verificationMethods: { atproto: string } }
  return readMultikey(data.verificationMethods.atproto.replace('did:key:', ''))!
}

async function signedIn(account: PdsAccount): Promise<SdkClient> {
  const auth = atprotoSession(await agentOf(account))
  const client = await stage.open({ account, auth })
  await client.start()
  return client
}

/** The agent that applications use, from the PDS's own dependencies. */
async function agentOf({ handle, password, pds }: PdsAccount): Promise<AtprotoAgent> {
  const api = new URL('../pds/node_modules/@atproto/api/dist/index.js', import.meta.url).href
  const { AtpAgent } = (await import(api)) as { AtpAgent: new (o: object) => AtpAgent }
  const agent = new AtpAgent({ service: pds.url })
  await agent.login({ identifier: handle, password })
  return agent
}

interface AtpAgent extends AtprotoAgent {
  login(credentials: object): Promise<unknown>
}
