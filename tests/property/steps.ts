import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { isFailure, patiently } from '../support/client-retry.js'
import { TestGroup, type CommitOptions } from '../support/mls/index.js'
import { deliver, send } from './delivery.js'
import { draft, intentOf, lease } from './draft.js'
import { nameIn, nothing } from './intent.js'
import { race } from './race.js'
import { spoiled } from './spoil.js'
import type { Walk } from './walk.js'
import type { Walker } from './walker.js'

export type Step = (walk: Walk) => Promise<void>

/** What can happen, and how often. */
export const STEPS: readonly (readonly [Step, weight: number])[] = [
  [update, 5],
  [add, 10],
  [remove, 3],
  [swap, 1],
  [changeContext, 1],
  [omitPending, 1],
  [spoil, 1],
  [join, 5],
  [loseState, 1],
  [leave, 1],
  [deleteDevice, 1],
  [newDevice, 2],
  [changeRole, 1],
  [changePolicy, 1],
  [reset, 1],
  [race, 10],
  [say, 5],
  [read, 10],
  [restart, 1],
]

async function update(walk: Walk): Promise<void> {
  await commit(walk, () => ({}))
}

async function add(walk: Walk): Promise<void> {
  await commit(walk, async (walker) => ({ add: await lease(walk, walker) }))
}

async function remove(walk: Walk): Promise<void> {
  const { did } = walk.random.pick(walk.model.members)
  const leaves = walk.model.leavesOf(did)
  // A member without a device goes by its name.
  const named = leaves.length === 0 ? [did] : []
  await commit(
    walk,
    (walker) => (walker.did === did ? {} : { remove: leaves }),
    (walker) => ({ named: walker.did === did ? [] : named }),
  )
}

/** One account goes, or loses its devices, and others come in their places, by one commit. */
async function swap(walk: Walk): Promise<void> {
  const { did } = walk.random.pick(walk.model.members)
  await commit(walk, async (walker) => {
    if (walker.did === did) return {}
    const leaves = walk.model.leavesOf(did)
    const gone = new Set(leaves.map((leaf) => walk.model.leaves.get(leaf)!.name))
    return { remove: leaves, add: await lease(walk, walker, undefined, gone) }
  })
}

async function changeContext(walk: Walk): Promise<void> {
  const extensionData = Uint8Array.of(walk.random.int(250))
  await commit(walk, () => ({ groupContextExtensions: [{ extensionType: 0x000a, extensionData }] }))
}

/** Somebody has left, and the next commit leaves the leaf where it is. */
async function omitPending(walk: Walk): Promise<void> {
  const walker = await walk.actor()
  const others = walk.model.members.filter(({ did }) => did !== walker?.did)
  const withLeaf = others.filter(({ did }) => walk.model.leavesOf(did).length > 0)
  if (walker === undefined || withLeaf.length === 0) return
  if (walk.model.pending.length === 0) await endMembership(walk, walk.random.pick(withLeaf).did)
  await walker.catchUp()
  if (!walker.convo) return
  const intent = await draft(walk, walker, {}, { omits: true })
  walker.intent = intent
  await walker.settle(await send(walk, walker, intent))
}

/** A broken one first: the honest one is then taken as if it had not been. */
async function spoil(walk: Walk): Promise<void> {
  const walker = await walk.actor()
  if (!walker) return
  const intent = await draft(walk, walker, { add: await lease(walk, walker) })
  const change = spoiled(intent.input.change!, walk.random)
  const before = await walk.stage.stored()
  const outcome = await walker.send({ ...intent, input: { ...intent.input, change } })
  walk.count(`spoilt: ${outcome.ok ? 'taken' : outcome.error}`)
  expect(outcome.ok).toBe(false)
  expect(await walk.stage.stored()).toEqual(before)
  await deliver(walk, walker, intent)
}

/** A device that has no state, be it new or one that lost it, comes in by itself. */
async function join(walk: Walk): Promise<void> {
  const outside = walk.walkers.filter(({ convo, intent }) => !convo && !intent)
  const walker = walk.random.pick(outside)
  const bytes = walker && (await groupInfoFor(walk, walker))
  if (!bytes) return
  const { group, change } = await TestGroup.joinExternally(walker.device.mls, bytes)
  const removes = walk.model.leavesOf(walker.name)
  await deliver(walk, walker, {
    ...intentOf(walk, walker, 'joinConvo', { change }),
    plan: { ...nothing(walker), removes, external: true },
    group,
  })
}

async function loseState(walk: Walk): Promise<void> {
  const walker = await walk.actor()
  walker?.forget()
  await join(walk)
}

async function leave(walk: Walk): Promise<void> {
  await endMembership(walk, walk.random.pick(walk.model.members).did)
}

async function endMembership(walk: Walk, did: string): Promise<void> {
  const { convoId, model } = walk
  const { seq } = await patiently(() => walk.apiOf(did).procedure('leaveConvo', { convoId }))
  expect(seq).toBe(model.lastSeq)
  walk.count('left')
  model.leave(did)
  walk.drop(did)
  await walk.observe()
}

async function deleteDevice(walk: Walk): Promise<void> {
  const walker = walk.random.pick(walk.walkers)
  const { api, deviceId } = walker.device
  const siblings = walk.walkers.filter(({ did }) => did === walker.did)
  // Somebody has to be left who speaks for the account.
  if (siblings.length === 1) await walk.newDevice(accountOf(walk, walker))
  await patiently(() => api.procedure('deleteDevice', { deviceId }))
  walk.count('device deleted')
  walk.model.deleteDevice(walker.name)
  // What it had written down is sent all the same.
  if (walker.intent) await send(walk, walker, walker.intent)
  walk.walkers = walk.walkers.filter((one) => one !== walker)
  await walk.observe()
}

async function newDevice(walk: Walk): Promise<void> {
  const account = walk.random.pick(walk.accounts)
  const own = walk.walkers.filter(({ did }) => did === account.did)
  if (own.length < DEVICES_MAX) await walk.newDevice(account)
}

async function changeRole(walk: Walk): Promise<void> {
  const { random, model, convoId } = walk
  const actor = random.pick(model.members)
  const target = random.pick(model.members)
  const role = random.pick(['admin', 'moderator', 'member'] as const)
  const admins = model.members.filter((member) => member.role === 'admin')
  const isLast = target.role === 'admin' && role !== 'admin' && admins.length === 1
  const refusal = actor.role !== 'admin' ? 'NotAdmin' : isLast ? 'Forbidden' : undefined
  const input = { convoId, did: target.did, role }
  const call = () => walk.apiOf(actor.did).procedure('setMemberRole', input)
  if (refusal !== undefined) return walk.stage.refuses(() => patiently(call), refusal)
  await patiently(call)
  target.role = role
  await walk.observe()
}

async function changePolicy(walk: Walk): Promise<void> {
  const { random, model, convoId } = walk
  const actor = random.pick(model.members)
  const whoCanAdd = random.pick(['admin', 'member'] as const)
  const call = () =>
    walk.apiOf(actor.did).procedure('updateConvo', { convoId, policy: { whoCanAdd } })
  if (actor.role !== 'admin') return walk.stage.refuses(() => patiently(call), 'NotAdmin')
  await patiently(call)
  model.whoCanAdd = whoCanAdd
}

async function reset(walk: Walk): Promise<void> {
  const { random, model, walkers } = walk
  const walker = random.pick(walkers.filter(({ did, intent }) => !intent && model.member(did)))
  if (!walker) return
  const group = await TestGroup.create(walker.device.mls, randomBytes(16))
  const genesis = await group.groupInfo()
  const packages = random.int(3) === 0 ? [] : await lease(walk, walker, group)
  const change = packages.length > 0 ? { change: await group.commit({ add: packages }) } : {}
  await deliver(walk, walker, {
    ...intentOf(walk, walker, 'resetConvo', { genesis, ...change }),
    plan: { ...nothing(walker), adds: packages.map(nameIn) },
    generation: model.generation + 1,
    group,
  })
}

async function say(walk: Walk): Promise<void> {
  const walker = await walk.actor()
  if (!walker) return
  const { seq, msgId } = await walker.convo!.send(`${walk.random.int(1_000)}`)
  walk.model.lastSeq += 1
  expect(seq).toBe(walk.model.lastSeq)
  walk.acknowledge(msgId)
  walk.count('messages')
  await walk.observe()
}

/** Some come online, and read their welcomes and the log. */
async function read(walk: Walk): Promise<void> {
  for (const walker of walk.random.some(walk.walkers, 3)) {
    const acknowledges = walk.random.int(4) > 0
    const welcomes = await walker.readWelcomes(walk.convoId, acknowledges)
    if (welcomes > 0) walk.count(acknowledges ? 'welcomes' : 'crash before acknowledging')
    if (!walker.intent) await walker.catchUp()
  }
}

async function restart(walk: Walk): Promise<void> {
  if (walk.counted('restarts') > 0) return
  walk.count('restarts')
  await walk.stage.service.restart()
}

const DEVICES_MAX = 3

async function commit(
  walk: Walk,
  options: (walker: Walker) => CommitOptions | Promise<CommitOptions>,
  more: (walker: Walker) => Parameters<typeof draft>[3] = () => ({}),
): Promise<void> {
  const walker = await walk.actor()
  if (!walker) return
  const intent = await draft(walk, walker, await options(walker), more(walker))
  await deliver(walk, walker, intent)
}

/** Undefined for one who is not, or no longer, a member. */
async function groupInfoFor(
  { convoId }: Walk,
  { device }: Walker,
): Promise<Uint8Array | undefined> {
  try {
    const query = () => device.api.query('getGroupInfo', { convoId })
    return (await patiently(query)).groupInfo
  } catch (error) {
    if (!isFailure(error, 'NotMember') && !isFailure(error, 'ConvoNotFound')) throw error
    return undefined
  }
}

function accountOf({ accounts }: Walk, walker: Walker) {
  return accounts.find(({ did }) => did === walker.did)!
}
