import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAvailability } from '../../src/requests/availability.js'
import { type TestAppview, startAppview } from '../support/appview.js'
import { TestClient } from '../support/client.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { accountDocument } from '../support/did-document.js'
import { startDidWebHost } from '../support/did-web.js'
import { randomPlcDid } from '../support/plc.js'
import { compileSample, problemsIn, readSamples } from '../support/samples.js'
import { countingStatements } from '../support/statement-count.js'
import { createKeypair, signToken } from '../support/tokens.js'

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

describe('an account is reachable', () => {
  test('that has a key package; each is answered for once, in the order of the question', async () => {
    const [caller, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
    const nobody = randomPlcDid()
    expect(await ask(caller, [nobody, bob.did, nobody, caller.did, bob.did])).toEqual([
      [nobody, false],
      [bob.did, true],
      [caller.did, true],
    ])
  })

  test('by a last resort alone, and by a package that somebody holds', async () => {
    const caller = await stage.device()
    const lastResort = await stage.service.device()
    const { bytes } = await lastResort.mls.keyPackage({ lastResort: true })
    await lastResort.api.procedure('publishKeyPackage', { keyPackage: bytes })
    const leased = await stage.service.device()
    await leased.register(1)
    const { keyPackages } = await (
      await stage.device()
    ).api.query('getKeyPackages', { dids: [leased.did] })
    expect(keyPackages).toHaveLength(1)
    expect(await reachable(caller, [lastResort.did, leased.did])).toEqual([true, true])
  })

  test('and no more once its packages, its device or the account is gone', async () => {
    const caller = await stage.device()
    const [unstocked, bare, quit] = (await stage.devices(3)) as [
      ClientDevice,
      ClientDevice,
      ClientDevice,
    ]
    const dids = [unstocked.did, bare.did, quit.did]
    expect(await reachable(caller, dids)).toEqual([true, true, true])
    const nothing = { deviceId: 'phone', keyPackageRefs: [] }
    await unstocked.api.procedure('syncKeyPackages', nothing)
    await bare.api.procedure('deleteDevice', { deviceId: 'phone' })
    await quit.api.procedure('deleteAccount')
    expect(await reachable(caller, dids)).toEqual([false, false, false])
  })

  test('nor once its packages have ended', async () => {
    const [caller, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
    await stage.db
      .updateTable('key_packages')
      .set({ not_after: new Date(Date.now() + 60_000) })
      .where('did', '=', bob.did as never)
      .execute()
    expect(await reachable(caller, [bob.did])).toEqual([false])
  })

  test('to who may add it: by its declaration, its follows and its blocks; all refusals look alike', async () => {
    const [caller, open, closed, fan, other, blocker, without] = (await stage.devices(
      7,
    )) as ClientDevice[] as [
      ClientDevice,
      ClientDevice,
      ClientDevice,
      ClientDevice,
      ClientDevice,
      ClientDevice,
      ClientDevice,
    ]
    const { repos } = stage.service.plc
    repos.declare(open.did, 'all')
    repos.declare(closed.did, 'none')
    repos.declare(fan.did, 'following')
    repos.follow(fan.did, caller.did)
    repos.declare(other.did, 'following')
    await blocker.api.procedure('blockAccount', { did: caller.did })
    await without.api.procedure('syncKeyPackages', { deviceId: 'phone', keyPackageRefs: [] })
    const dids = [open, closed, fan, other, blocker, without].map(({ did }) => did)
    expect(await reachable(caller, dids)).toEqual([true, false, true, false, false, false])
    // Each says yes or no, and nothing else.
    const answer = await caller.api.query('getAvailability', { dids })
    expect(answer.accounts.map((account) => Object.keys(account).sort())).toEqual(
      dids.map(() => ['did', 'reachable']),
    )
    // Control: to somebody else the blocker is reachable.
    expect(await reachable(await stage.device(), [blocker.did, fan.did])).toEqual([true, false])
  })

  test('as before, while its repository cannot be read', async () => {
    const [caller, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
    stage.service.plc.repos.down = true
    try {
      expect(await reachable(caller, [bob.did])).toEqual([true])
    } finally {
      stage.service.plc.repos.down = false
    }
  })
})

describe('the question', () => {
  test('is for 1 to 100 plain DIDs', async () => {
    const { api } = await stage.device()
    const dids = Array.from({ length: 101 }, randomPlcDid)
    expect((await api.query('getAvailability', { dids: dids.slice(1) })).accounts).toHaveLength(100)
    for (const wrong of [[], dids, ['did:plc:abc'], ['did:web:example.com:path'], ['alice.test']]) {
      const outcome = await api
        .send('GET', 'getAvailability', { params: { dids: wrong } })
        .catch((failure: unknown) => failure)
      expect(outcome).toMatchObject({ error: 'InvalidRequest' })
    }
  })

  test('takes as many statements for a hundred accounts as for one, and changes nothing', async () => {
    const [caller, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
    const { context } = stage.service
    const count = async (dids: readonly string[]) => {
      const counting = countingStatements(context.db)
      const deps = { db: counting.db, suites: context.suites, outside: context.outside }
      await readAvailability(deps, { caller: caller.did as never, dids: dids as never })
      return counting.count()
    }
    const many = [bob.did as string, ...Array.from({ length: 99 }, () => randomPlcDid() as string)]
    expect(await stage.changesNothing(() => count(many))).toBe(await count([bob.did]))
  })
})

describe('with public blocks', () => {
  let appview: TestAppview
  let blocking: ConvoStage
  beforeAll(async () => {
    appview = await startAppview()
    blocking = await ConvoStage.open({ env: { APPVIEW_URL: appview.url } })
  }, OPENS_WITHIN_MS)
  afterAll(async () => {
    await blocking?.[Symbol.asyncDispose]()
    await appview?.[Symbol.asyncDispose]()
  })

  test('who blocks the caller is not reachable; a hundred accounts are four questions', async () => {
    const [caller, bob, carol] = (await blocking.devices(3)) as [
      ClientDevice,
      ClientDevice,
      ClientDevice,
    ]
    appview.block(bob.did, caller.did)
    const dids = [bob.did, carol.did, ...Array.from({ length: 98 }, randomPlcDid)]
    const answers = await reachable(caller, dids)
    expect(answers.slice(0, 2)).toEqual([false, true])
    expect(appview.questions.filter(({ actor }) => actor === caller.did)).toHaveLength(4)
  })

  test('nobody knows while they cannot be asked for', async () => {
    const [caller, bob] = (await blocking.devices(2)) as [ClientDevice, ClientDevice]
    appview.behave('fail')
    try {
      await blocking.refuses(() => reachable(caller, [bob.did]), 'ServiceUnavailable')
    } finally {
      appview.behave('serve')
    }
    expect(await reachable(caller, [bob.did])).toEqual([true])
  })
})

describe('a service with a DID of its own', () => {
  test('asks with its #atproto key, and with no other', async () => {
    await using host = await startDidWebHost()
    const [keypair, other, bob] = [
      await createKeypair(),
      await createKeypair(),
      await stage.device(),
    ]
    host.serve(accountDocument(host.did, keypair))
    const as = (keys: typeof keypair) =>
      new TestClient(stage.service.url, stage.service.serviceDid, {
        did: host.did,
        token: (claims) => signToken(keys, { iss: host.did, ...claims }),
      })
    const { accounts } = await as(keypair).query('getAvailability', { dids: [bob.did] })
    expect(accounts).toEqual([{ did: bob.did, reachable: true }])
    const refused = as(other).query('getAvailability', { dids: [bob.did] })
    await expect(refused).rejects.toMatchObject({ error: 'BadJwtSignature' })
  })

  test('shows badges as the guide says', async () => {
    const [sample] = await readSamples('docs/appviews.md')
    expect(problemsIn([sample!.code])).toEqual([])
    await using host = await startDidWebHost()
    const [keypair, bob] = [await createKeypair(), await stage.device()]
    host.serve(accountDocument(host.did, keypair))
    const nobody = randomPlcDid()
    const dir = await mkdtemp(join(tmpdir(), 'appviews-'))
    try {
      const program = await compileSample(sample!.code, dir)
      const child = spawn(process.execPath, [program, bob.did, nobody], {
        env: {
          MLS_SERVICE: stage.service.url,
          MLS_DID: stage.service.serviceDid,
          OWN_DID: host.did,
          OWN_KEY: Buffer.from(await keypair.export()).toString('hex'),
        },
      })
      const [shown, complaint] = await Promise.all([text(child.stdout), text(child.stderr)])
      expect(complaint).toBe('')
      expect(shown).toBe(`${bob.did} 🔒 takes encrypted messages\n${nobody}\n`)
    } finally {
      await rm(dir, { recursive: true })
    }
  })
})

async function ask(caller: ClientDevice, dids: string[]): Promise<[string, boolean][]> {
  const { accounts } = await caller.api.query('getAvailability', { dids })
  return accounts.map(({ did, reachable }) => [did, reachable])
}

async function reachable(caller: ClientDevice, dids: string[]): Promise<boolean[]> {
  return (await ask(caller, dids)).map(([, answer]) => answer)
}
