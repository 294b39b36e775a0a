import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { download, outcome, upload } from '../support/client-blobs.js'
import { ClientDevice } from '../support/client-device.js'
import { TestClient } from '../support/client.js'
import type { PdsAccount } from '../support/pds.js'
import { startBehindPds } from '../support/pds-stage.js'
import type { PdsStage } from '../support/pds-stage.js'

const NSID = 'blue.catbird.mls.getConvos'

let stage: PdsStage
let account: PdsAccount
let client: TestClient
beforeAll(async () => {
  stage = await startBehindPds()
  account = await stage.pds.createAccount()
  client = new TestClient(stage.service.url, stage.service.serviceDid, account)
})
afterAll(() => stage[Symbol.asyncDispose]())

test('a token of getServiceAuth opens the service, once', async () => {
  const bearer = await account.token({ aud: stage.service.serviceDid, lxm: NSID })
  expect(await client.send('GET', 'getConvos', { bearer })).toEqual({ conversations: [] })
  await expect(client.send('GET', 'getConvos', { bearer })).rejects.toMatchObject({
    error: 'ReplayedToken',
  })
})

test('so does one whose audience names the service entry', async () => {
  const aud = `${stage.service.serviceDid}#atproto_mls`
  const bearer = await stage.pds.serviceToken({ did: account.did, aud, lxm: NSID })
  expect(await client.send('GET', 'getConvos', { bearer })).toEqual({ conversations: [] })

  const other = `${stage.service.serviceDid}#atproto_other`
  const elsewhere = await stage.pds.serviceToken({ did: account.did, aud: other, lxm: NSID })
  await expect(client.send('GET', 'getConvos', { bearer: elsewhere })).rejects.toMatchObject({
    error: 'BadJwtAudience',
  })
})

test.each<[string, { aud?: string; lxm?: string }, string]>([
  ['for another service', { aud: 'did:web:example.com' }, 'BadJwtAudience'],
  ['for another method', { lxm: 'blue.catbird.mls.getConvo' }, 'BadJwtLexiconMethod'],
  ['for any method', { lxm: undefined }, 'BadJwtLexiconMethod'],
])('a token %s is refused', async (_, claims, error) => {
  const bearer = await account.token({ aud: stage.service.serviceDid, lxm: NSID, ...claims })
  await expect(client.send('GET', 'getConvos', { bearer })).rejects.toMatchObject({ error })
})

test('a session of the PDS is no token of the service', async () => {
  const bearer = account.session
  await expect(client.send('GET', 'getConvos', { bearer })).rejects.toMatchObject({ status: 401 })
})

test('attachments go straight to the service and back', async () => {
  const device = await ClientDevice.create(account, 'phone', stage.service)
  await device.register()
  const { convoId } = await device.createConvo([])
  const bytes = randomBytes(1_000_000) as Buffer<ArrayBuffer>
  const { blobId } = await upload(client, convoId, bytes)
  const answer = await download(client, convoId, blobId)
  expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), bytes)).toBe(0)

  const outsider = new TestClient(client.url, client.serviceDid, await stage.pds.createAccount())
  expect(await outcome(await download(outsider, convoId, blobId))).toBe('ConvoNotFound')
})

test('whom it lets add it, an account says in its repository at the PDS', async () => {
  const alice = await ClientDevice.create(await stage.pds.createAccount(), 'phone', stage.service)
  const people = await Promise.all(
    (['all', 'none'] as const).map(async (allowIncoming) => {
      const owner = await stage.pds.createAccount()
      await owner.putRecord('blue.catbird.mls.declaration', 'self', { allowIncoming })
      const device = await ClientDevice.create(owner, 'phone', stage.service)
      await device.register()
      return device
    }),
  )
  await alice.register()
  const convo = await alice.createConvo([])
  const [open, closed] = people as [ClientDevice, ClientDevice]
  await convo.add([open.did])
  await open.join()
  const joined = await open.api.query('getConvo', { convoId: convo.convoId })
  expect(joined.convo.status).toBe('accepted')
  // To whom it refuses, it looks as if it had no key packages.
  const leased = await alice.api.query('getKeyPackages', {
    dids: [closed.did],
    convoId: convo.convoId,
  })
  expect(leased).toMatchObject({ keyPackages: [], missing: [{ did: closed.did }] })
  const control = await closed.api.query('getKeyPackageStatus')
  expect(control.devices[0]?.available).toBeGreaterThan(0)
})
