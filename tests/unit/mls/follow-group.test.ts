import { describe, expect, test } from 'vitest'
import { openStored } from '../../../src/mls/open-stored.js'
import { hex, type TestDevice } from '../../support/mls/index.js'
import { didOf, Story } from './story.js'

describe('the service follows a group of ts-mls clients', () => {
  test('through adds, updates, removals, returns and external joins', async () => {
    const story = await Story.begin()
    const [alice] = story.devices as [TestDevice]
    const bob = await story.device()
    const carol = await story.device()
    const dan = await story.device()

    const added = await story.add(alice, [bob, carol])
    expect(added).toMatchObject({
      framing: 'public',
      external: false,
      committerUpdated: false,
      contextExtensionsChanged: false,
      committer: { leafIndex: 0, did: alice.did, deviceId: alice.deviceId },
      added: [
        { leaf: { leafIndex: 1, did: bob.did, deviceId: bob.deviceId } },
        { leaf: { leafIndex: 2, did: carol.did, deviceId: carol.deviceId } },
      ],
      removed: [],
    })
    expect(added.welcomeRefs).toEqual(added.added.map(({ keyPackageRef }) => keyPackageRef))
    expectSameState(story)

    expect(await story.update(bob)).toMatchObject({ committerUpdated: true, added: [] })
    expectSameState(story)
    await story.add(carol, [dan], true)
    expectSameState(story)

    const removed = await story.remove(alice, [bob])
    expect(removed).toMatchObject({
      removed: [{ leafIndex: 1, did: bob.did, deviceId: bob.deviceId }],
      committerUpdated: true,
    })
    expectSameState(story)

    const joined = await story.join(bob, await story.groupInfo())
    expect(joined).toMatchObject({
      external: true,
      committer: { leafIndex: 1, did: bob.did },
      added: [],
      removed: [],
    })
    expectSameState(story)

    const back = await story.join(dan, await story.groupInfo())
    expect(back).toMatchObject({
      external: true,
      committer: { leafIndex: 3, did: dan.did },
      removed: [{ leafIndex: 3, did: dan.did }],
    })
    expectSameState(story)
    expect(story.view.leaves().map(({ did }) => did)).toEqual([0, 1, 2, 3].map(didOf))
  })

  test('through a removal and an add of the same device in one commit', async () => {
    const story = await Story.begin()
    const [alice] = story.devices as [TestDevice]
    const bob = await story.device()
    await story.add(alice, [bob])
    const group = story.group(alice)
    const { bytes, ref } = await bob.keyPackage()
    const change = await group.commit({ remove: group.leavesOf(bob.name), add: [bytes] })
    story.groups.delete(bob)
    const verified = await story.accept(alice, change)
    expect(verified.removed).toMatchObject([{ leafIndex: 1, did: bob.did }])
    expect(verified.added).toMatchObject([{ keyPackageRef: ref, leaf: { leafIndex: 1 } }])
    expectSameState(story)
  })

  test('down to one member, from a leaf that is not the first', async () => {
    const story = await Story.begin()
    const [alice] = story.devices as [TestDevice]
    const others = await Promise.all([1, 2, 3, 4].map(() => story.device()))
    await story.add(alice, others)
    const last = others.at(-1)!
    await story.remove(last, [alice, ...others.slice(0, -1)])
    expectSameState(story)
    expect(story.view.leaves()).toMatchObject([{ leafIndex: 4, did: last.did }])
    await story.update(last)
    expectSameState(story)
    await story.add(last, [await story.device()], true)
    expectSameState(story)
    expect(story.view.leaves().map(({ leafIndex }) => leafIndex)).toEqual([0, 4])
  })

  test('what was stored opens to the same state, and goes on', async () => {
    const story = await Story.begin()
    const [alice] = story.devices as [TestDevice]
    const others = await Promise.all([1, 2, 3].map(() => story.device()))
    await story.add(alice, others, true)
    await story.remove(alice, [others[1]!])
    const stored = openStored(await story.groupInfo())
    expect(hex(stored.context.bytes)).toBe(hex(story.view.context.bytes))
    expect(hex(stored.interimTranscriptHash)).toBe(hex(story.view.interimTranscriptHash))
    expect(stored.leaves()).toEqual(story.view.leaves())
    story.view = stored
    await story.update(others[0]!)
    expectSameState(story)
  })
})

/** Every client's GroupContext is the service's, byte for byte: tree hash and transcript included. */
function expectSameState(story: Story): void {
  expect(story.groups.size).toBeGreaterThan(0)
  for (const group of story.groups.values()) {
    expect(hex(group.context)).toBe(hex(story.view.context.bytes))
  }
}
