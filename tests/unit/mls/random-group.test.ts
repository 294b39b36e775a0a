import { describe, expect, test } from 'vitest'
import { openStored } from '../../../src/mls/open-stored.js'
import { openUntrusted } from '../../../src/mls/open-untrusted.js'
import { identityId, idsOf } from '../../../src/mls/tree/tree-index.js'
import type { VerifiedCommit } from '../../../src/mls/verify-commit.js'
import { verifyCommit } from '../../../src/mls/verify-commit.js'
import { flipBit, hex, type Change, type TestDevice } from '../../support/mls/index.js'
import { Random } from '../../support/random.js'
import { expectation, Story, valueOf } from './story.js'

const STEPS = 30
/** Members that run a client; the others are in the tree only, to make it large. */
const MAX_CLIENTS = 6
const MAX_MEMBERS = 50

/**
 * Random groups: after every commit the service's context is the clients' to the byte, what it
 * keeps from step to step is what it would make from scratch, and a refused commit changed nothing.
 */
describe('random groups', () => {
  test.each(seeds())('%d', { timeout: 300_000 }, async (seed) => {
    console.info(`random group: MLS_SEED=${seed}`)
    try {
      await play(new Random(seed))
    } catch (thrown) {
      throw new Error(`with MLS_SEED=${seed}`, { cause: thrown })
    }
  })
})

/** Alone the one of MLS_SEED, where it is set; else two that are known, and one that nobody tried. */
function seeds(): number[] {
  // In 2145111146 the last member comes back by an external commit that removes the only leaf.
  return process.env.MLS_SEED ? [Random.seed()] : [4068359271, 2145111146, Random.seed()]
}

async function play(random: Random): Promise<void> {
  const story = await Story.begin()
  const ghosts = await Promise.all(Array.from({ length: 9 }, () => story.device()))
  await story.add(story.devices[0]!, ghosts)
  for (const ghost of ghosts.slice(3)) story.groups.delete(ghost)
  for (let step = 0; step < STEPS; step++) {
    const before = hex(story.view.context.bytes)
    await move(story, ghosts, random)
    expect(hex(story.view.context.bytes)).not.toBe(before)
    for (const group of story.groups.values()) {
      expect(hex(group.context)).toBe(hex(story.view.context.bytes))
    }
    const groupInfo = await story.groupInfo()
    expectSame(story, openStored(groupInfo))
    expectSame(story, valueOf(openUntrusted(groupInfo)))
  }
  const members = new Set(story.view.leaves().map(({ deviceId }) => deviceId))
  for (const { name, deviceId } of ghosts) {
    const held = story.view.tree.index.get(identityId(new TextEncoder().encode(name)))
    expect(held !== undefined).toBe(members.has(deviceId as never))
  }
}

async function move(story: Story, ghosts: TestDevice[], random: Random): Promise<VerifiedCommit> {
  const sender = random.pick(story.devices)
  const group = story.group(sender)
  const members = story.view.leaves()
  const others = members.filter(({ leafIndex }) => leafIndex !== group.leafIndex)
  const framing = random.int(4) === 0 ? 'private' : 'public'
  switch (random.int(10)) {
    case 0:
    case 1: {
      if (members.length >= MAX_MEMBERS) return update(story, sender, framing)
      const joiner = await story.device()
      const { groups } = story
      const clients = groups.size < MAX_CLIENTS
      const verified = await story.add(sender, [joiner], random.int(2) === 0)
      if (!clients) groups.delete(joiner)
      return verified
    }
    case 2:
    case 3: {
      const count = Math.min(1 + random.int(9), MAX_MEMBERS - members.length)
      if (count <= 0) return update(story, sender, framing)
      const added = await Promise.all(Array.from({ length: count }, () => story.device()))
      ghosts.push(...added)
      const packages = await Promise.all(added.map((device) => device.keyPackage()))
      const keyPackages = new Map(packages.map(({ ref, bytes }) => [ref, bytes]))
      const gone = random.some(others, random.int(3))
      const change = await group.commit({
        add: packages.map(({ bytes }) => bytes),
        remove: gone.map(({ leafIndex }) => leafIndex),
        update: random.int(2) === 0,
        framing,
      })
      return take(story, sender, change, { framing: 'any', keyPackages })
    }
    case 4:
    case 5: {
      const gone = random.some(others, 1 + random.int(4))
      if (gone.length === 0) return update(story, sender, framing)
      const remove = gone.map(({ leafIndex }) => leafIndex)
      return take(story, sender, await group.commit({ remove, framing }), { framing: 'any' })
    }
    case 6: {
      const device = random.int(2) === 0 ? random.pick(story.devices) : await story.device()
      const crowded = !story.groups.has(device) && story.groups.size >= MAX_CLIENTS
      const verified = await story.join(device, await story.groupInfo())
      if (crowded) story.groups.delete(device)
      return verified
    }
    default:
      return update(story, sender, framing)
  }
}

async function update(
  story: Story,
  sender: TestDevice,
  framing: 'public' | 'private',
): Promise<VerifiedCommit> {
  const change = await story.group(sender).commit({ framing })
  return take(story, sender, change, { framing: 'any' })
}

/** A spoilt one first: it is refused, and the good one is taken as if it had not been. */
async function take(
  story: Story,
  sender: TestDevice,
  change: Change,
  more: Parameters<Story['accept']>[2],
): Promise<VerifiedCommit> {
  const spoilt = { ...change, groupInfo: flipBit(change.groupInfo, -1) }
  expect(verifyCommit(story.view, spoilt, expectation(sender.did, more)).ok).toBe(false)
  return story.accept(sender, change, more)
}

function expectSame(story: Story, fresh: Story['view']): void {
  const { view } = story
  expect(hex(fresh.context.bytes)).toBe(hex(view.context.bytes))
  expect(hex(fresh.tree.hash)).toBe(hex(view.tree.hash))
  expect(hex(fresh.tree.encoding.bytes)).toBe(hex(view.tree.encoding.bytes))
  expect([...fresh.tree.encoding.starts]).toEqual([...view.tree.encoding.starts])
  expect(hex(fresh.interimTranscriptHash)).toBe(hex(view.interimTranscriptHash))
  expect(fresh.leaves()).toEqual(view.leaves())
  view.tree.nodes.forEach((node, at) => {
    if (node === undefined) return
    for (const id of idsOf(node, view.tree.suite)) expect(view.tree.index.get(id)).toBe(at)
  })
}
