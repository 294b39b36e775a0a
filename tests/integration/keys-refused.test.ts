import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestAppview, startAppview } from '../support/appview.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

let stage: ConvoStage
let appview: TestAppview
beforeAll(async () => {
  appview = await startAppview()
  stage = await ConvoStage.open({ env: { APPVIEW_URL: appview.url } })
}, OPENS_WITHIN_MS)
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await appview?.[Symbol.asyncDispose]()
})

type Refuse = (target: ClientDevice, caller: ClientDevice) => unknown

const REASONS: [string, Refuse][] = [
  ['blocks the caller', ({ api }, { did }) => api.procedure('blockAccount', { did })],
  ['blocks the caller in public', ({ did }, caller) => appview.block(did, caller.did)],
  ['declares none', ({ did }) => stage.service.plc.repos.declare(did, 'none')],
  [
    'declares following, and follows another',
    ({ did }) => {
      stage.service.plc.repos.declare(did, 'following')
      appview.follow(did, 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
    },
  ],
]

describe.each(REASONS)('an account that %s', (_reason, refuse) => {
  test('looks as if it had no packages: body, status, headers; none is taken from it', async () => {
    const caller = await stage.device()
    const [refusing, without] = await Promise.all([withPackages(), withoutPackages()])
    await refuse(refusing, caller)
    const before = await stockOf(refusing)
    const asked = await askFor(caller, refusing)
    const control = await askFor(caller, without)
    expect(asked.status).toBe(200)
    expect(control.body).toEqual({
      keyPackages: [],
      missing: ['laptop', 'phone'].map((deviceId) => ({ did: without.did, deviceId })),
    })
    expect(JSON.stringify(asked).replaceAll(refusing.did, without.did)).toBe(
      JSON.stringify(control),
    )
    expect(await stockOf(refusing)).toEqual(before)
    // Control: somebody else gets them.
    const other = await stage.device()
    if (_reason.startsWith('blocks')) {
      expect((await askFor(other, refusing)).body).toMatchObject({ keyPackages: [{}, {}] })
    }
  })
})

test('who is followed by an account that declares so gets its packages', async () => {
  const [caller, target] = await Promise.all([stage.device(), withPackages()])
  stage.service.plc.repos.declare(target.did, 'following')
  appview.follow(target.did, caller.did)
  expect((await askFor(caller, target)).body).toMatchObject({ keyPackages: [{}, {}] })
})

test('in a conversation that both are in there is nothing to refuse', async () => {
  const { convoId, people } = await stage.met(2)
  const [alice, bob] = people as [ClientDevice, ClientDevice]
  await bob.api.procedure('blockAccount', { did: alice.did })
  const lease = (params: object) =>
    alice.api.query('getKeyPackages', { dids: [bob.did], ...params })
  expect((await lease({ convoId })).keyPackages).toHaveLength(1)
  expect((await lease({})).keyPackages).toEqual([])
  const theirs = await (await stage.device()).createConvo([bob.did])
  expect((await lease({ convoId: theirs.convoId })).keyPackages).toEqual([])
})

test('the time tells nothing either', async () => {
  const caller = await stage.device()
  const [refusing, without, slow] = await Promise.all([
    withPackages(),
    withoutPackages(),
    withoutPackages(),
  ])
  await refusing.api.procedure('blockAccount', { did: caller.did })
  const { outside } = stage.service.context
  const { allowIncoming } = outside
  // What a lookup for refusing accounts alone would cost, to show that it would be seen.
  let delayMs = 0
  outside.allowIncoming = async (did) => {
    if (did === slow.did) await new Promise((resolve) => setTimeout(resolve, delayMs))
    return allowIncoming(did)
  }
  const times = new Map<ClientDevice, number[]>([refusing, without, slow].map((who) => [who, []]))
  for (let round = 0; round < 40; round++) {
    // On a machine of whatever speed.
    if (round === 10) delayMs = 3 * median([...times.get(without)!])
    for (const [who, taken] of times) {
      const begun = performance.now()
      await askFor(caller, who)
      // The first rounds warm caches up.
      if (round >= 5) taken.push(performance.now() - begun)
    }
  }
  const [refused, none, delayed] = [...times.values()].map(median) as [number, number, number]
  console.log(
    `getKeyPackages: refusing ${refused.toFixed(2)} ms, without packages ${none.toFixed(2)} ms (${(refused / none).toFixed(2)} ×), control ${delayed.toFixed(2)} ms`,
  )
  expect(refused / none).toBeGreaterThan(0.5)
  expect(refused / none).toBeLessThan(2)
  expect(delayed / none).toBeGreaterThan(2)
})

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
}

/** An account with two devices, each with packages. */
async function withPackages(): Promise<ClientDevice> {
  const phone = await stage.device()
  await stage.device(phone.api.account as never, 'laptop')
  return phone
}

/** The same, whose packages are all gone. */
async function withoutPackages(): Promise<ClientDevice> {
  const phone = await withPackages()
  for (const deviceId of ['phone', 'laptop']) {
    await phone.api.procedure('syncKeyPackages', { deviceId, keyPackageRefs: [] })
  }
  return phone
}

async function stockOf({ api }: ClientDevice) {
  return (await api.query('getKeyPackageStatus')).devices
}

/** Status, body and headers of the answer, as they come over HTTP. */
async function askFor(caller: ClientDevice, target: ClientDevice) {
  const nsid = 'blue.catbird.mls.getKeyPackages'
  const token = await caller.api.token(nsid)
  const response = await fetch(`${stage.service.url}/xrpc/${nsid}?dids=${target.did}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const headers = [...response.headers].filter(([name]) => !VARYING.has(name))
  return { status: response.status, headers, body: (await response.json()) as object }
}

const VARYING = new Set(['date', 'x-request-id'])
