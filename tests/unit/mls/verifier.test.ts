import { afterAll, describe, expect, test } from 'vitest'
import type { ConvoId } from '../../../src/lib/ids.js'
import { Verifier } from '../../../src/mls/verifier.js'
import { flipBit, hex, type TestDevice } from '../../support/mls/index.js'
import { expectation, Story, valueOf } from './story.js'

const verifier = new Verifier({ budgetMs: 20_000 })
afterAll(() => verifier[Symbol.asyncDispose]())

describe('a commit that adds many', () => {
  test('is verified in a thread, with the same outcome', async () => {
    const story = await Story.begin()
    const [alice] = story.devices as [TestDevice]
    const joiners = await Promise.all(Array.from({ length: 60 }, () => story.device()))
    const packages = await Promise.all(joiners.map((joiner) => joiner.keyPackage()))
    const change = await story.group(alice).commit({ add: packages.map(({ bytes }) => bytes) })

    const verdict = await verifier.verifyCommit(story.view, change, expectation(alice.did))
    const verified = valueOf(verdict)
    const direct = await story.accept(alice, change)
    expect(hex(verified.next.context.bytes)).toBe(hex(direct.next.context.bytes))
    expect(verified.next.leaves()).toEqual(direct.next.leaves())
    expect({ ...verified, next: undefined }).toEqual({ ...direct, next: undefined })

    story.view = verified.next
    await story.update(alice)

    const spoilt = { ...change, groupInfo: flipBit(change.groupInfo, -1) }
    const begun = (await Story.begin()).view
    expect(await verifier.verifyCommit(begun, spoilt, expectation(alice.did))).toMatchObject({
      ok: false,
      refusal: { error: 'InvalidCommit', rule: 'groupId' },
    })
  })

  test('is refused when it takes longer than it may', async () => {
    const story = await Story.begin()
    const [alice] = story.devices as [TestDevice]
    const joiners = await Promise.all(Array.from({ length: 60 }, () => story.device()))
    const packages = await Promise.all(joiners.map((joiner) => joiner.keyPackage()))
    const change = await story.group(alice).commit({ add: packages.map(({ bytes }) => bytes) })
    await using hasty = new Verifier({ budgetMs: 1 })
    expect(await hasty.verifyCommit(story.view, change, expectation(alice.did))).toMatchObject({
      ok: false,
      refusal: { error: 'TooLarge', rule: 'verificationBudget' },
    })
    // Its thread takes the next one, and the group is as it was.
    expect(await hasty.verifyCommit(story.view, change, expectation(alice.did))).toMatchObject({
      refusal: { rule: 'verificationBudget' },
    })
    expect(await verifier.verifyCommit(story.view, change, expectation(alice.did))).toMatchObject({
      ok: true,
    })
  })
})

test('a state is kept for its group and epoch', async () => {
  const story = await Story.begin()
  const [alice] = story.devices as [TestDevice]
  const convoId = hex(story.view.groupId) as ConvoId
  const { view: first } = story
  verifier.keep(convoId, first)
  expect(verifier.kept(convoId, first.groupId, 0)).toBe(first)
  expect(verifier.kept(convoId, first.groupId, 1)).toBeUndefined()
  expect(verifier.kept(convoId, flipBit(first.groupId, 0), 0)).toBeUndefined()
  await story.update(alice)
  verifier.keep(convoId, story.view)
  expect(verifier.kept(convoId, first.groupId, 0)).toBeUndefined()
  expect(verifier.kept(convoId, first.groupId, 1)).toBe(story.view)
})

test('the cache forgets what is beyond its size', async () => {
  await using small = new Verifier({ cacheBytes: 4_500 })
  const { view } = await Story.begin()
  const ids = [1, 2, 3, 4].map((n) => `${n}`.repeat(32) as ConvoId)
  for (const id of ids) small.keep(id, view)
  expect(ids.map((id) => small.kept(id, view.groupId, 0) === view)).toEqual([
    false,
    true,
    true,
    true,
  ])
})

test('a stopped verifier takes no more', async () => {
  const stopped = new Verifier()
  await stopped[Symbol.asyncDispose]()
  const story = await Story.begin({ suite: 'MLS_256_DHKEMP521_AES256GCM_SHA512_P521' })
  const [alice] = story.devices as [TestDevice]
  const joiners = await Promise.all([1, 2, 3].map(() => story.device(alice.suite.name)))
  const packages = await Promise.all(joiners.map((joiner) => joiner.keyPackage()))
  const change = await story.group(alice).commit({ add: packages.map(({ bytes }) => bytes) })
  await expect(
    stopped.verifyCommit(story.view, change, expectation(alice.did)),
  ).rejects.toMatchObject({ name: 'ServiceUnavailableError' })
})
