import { expect, test } from 'vitest'
import type { ClientState } from 'ts-mls'
import { packState } from '../../../packages/client/src/mls/config.js'
import { makeDeviceKeys } from '../../../packages/client/src/mls/device-keys.js'
import { adopt, buildCommit, createGroup, encrypt } from '../../../packages/client/src/mls/group.js'
import { makeKeyPackage } from '../../../packages/client/src/mls/key-package.js'
import { openWelcome } from '../../../packages/client/src/mls/open-welcome.js'
import { joinParts, partsOf } from '../../../packages/client/src/mls/parts.js'
import type { Part } from '../../../packages/client/src/mls/parts.js'
import { applyCommit, decrypt } from '../../../packages/client/src/mls/read.js'
import { DEFAULT_SUITE, suiteOf } from '../../../packages/client/src/mls/suite.js'
import { readWelcome } from '../../../packages/client/src/mls/wire.js'

const suite = await suiteOf(DEFAULT_SUITE)

test('a state is what its parts are put together to', async () => {
  const { alice, bob } = await pair(40)
  for (const state of [alice, bob]) {
    expect(packState(joinParts(stored(partsOf(state))))).toEqual(packState(state))
  }
  const epochs = bob.historicalReceiverData.size
  expect(epochs).toBeGreaterThan(1)
  // It goes on from there: with the epoch, and with one before.
  const again = joinParts(stored(partsOf(bob)))
  const sent = await encrypt(alice, new Uint8Array([1, 2, 3]), 64, suite)
  const read = await decrypt(again, sent.ciphertext, suite)
  expect([...read.plaintext]).toEqual([1, 2, 3])
})

test('a message changes one part, and a commit no ratchet of an epoch before', async () => {
  const { alice, bob } = await pair(40)
  const sent = await encrypt(alice, new Uint8Array(3), 64, suite)
  expect(changed(alice, sent.state)).toEqual([`ratchets/${alice.groupContext.epoch}/0`])
  const read = await decrypt(bob, sent.ciphertext, suite)
  expect(changed(bob, read.state)).toEqual([`ratchets/${bob.groupContext.epoch}/0`])
  const whole = partsOf(alice).reduce((sum, part) => sum + part.bytes().length, 0)
  const part = partsOf(sent.state)
    .find(({ name }) => name.startsWith('ratchets'))!
    .bytes().length
  console.log(`${whole} bytes, of which a message changes ${part}`)
  expect(whole).toBeGreaterThan(5 * part)

  const { change } = await buildCommit(sent.state, { add: [], remove: [] }, suite)
  const { state } = await applyCommit(read.state, change.commit, suite)
  const former = read.state.groupContext.epoch
  expect(changed(read.state, state)).not.toContain(`ratchets/${former}/0`)
  expect(changed(read.state, state)).toContain(`former/${former}`)
})

test('a state of which a part is missing is refused', async () => {
  const { bob } = await pair(40)
  const parts = partsOf(bob)
  for (const { name } of parts.filter(({ name }) => !name.startsWith('former/'))) {
    const rest = stored(parts.filter((part) => part.name !== name))
    const isFormer = !name.startsWith(`ratchets/${bob.groupContext.epoch}`) && name !== 'state'
    const there = isFormer ? rest.has(`former/${name.split('/')[1]}`) : true
    expect(there).toBe(true)
    expect(() => joinParts(rest), name).toThrow(/damaged/)
  }
})

/** Two members of a group of this size, some epochs on. */
async function pair(size: number): Promise<{ alice: ClientState; bob: ClientState }> {
  const keysOf = (at: number) =>
    makeDeviceKeys({ did: `did:web:member-${at}.example`, deviceId: 'phone' }, suite)
  const packages = await Promise.all(
    Array.from({ length: size - 1 }, async (_, at) => makeKeyPackage(await keysOf(at + 1), suite)),
  )
  let alice = await createGroup(await keysOf(0), new Uint8Array(16).fill(5), suite)
  const add = packages.map(({ bytes }) => bytes)
  const { change, next } = await buildCommit(alice, { add, remove: [] }, suite)
  alice = adopt(alice, next)
  let bob = await openWelcome(readWelcome(change.welcome!), packages[0]!, suite)
  for (let epoch = 0; epoch < 3; epoch++) {
    const update = await buildCommit(alice, { add: [], remove: [] }, suite)
    alice = adopt(alice, update.next)
    bob = (await applyCommit(bob, update.change.commit, suite)).state
  }
  return { alice, bob }
}

function stored(parts: Part[]): Map<string, Uint8Array> {
  return new Map(parts.map((part) => [part.name, part.bytes()]))
}

/** Names of parts that are new, or made of something else. */
function changed(before: ClientState, after: ClientState): string[] {
  const known = new Map(partsOf(before).map((part) => [part.name, part.of]))
  return partsOf(after)
    .filter(({ name, of }) => {
      const was = known.get(name)
      return was?.length !== of.length || of.some((each, at) => each !== was[at])
    })
    .map(({ name }) => name)
}
