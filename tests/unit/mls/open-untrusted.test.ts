import { describe, expect, test } from 'vitest'
import { openUntrusted } from '../../../src/mls/open-untrusted.js'
import { flipBit, TestGroup, type TestDevice } from '../../support/mls/index.js'
import { buildGroup } from './built-group.js'
import { Story, valueOf } from './story.js'

describe('a group whose history is unknown', () => {
  test.each([1, 2, 3, 5, 8, 33, 100])('of %d leaves, half of them unmerged everywhere', (count) => {
    const { groupInfo, members } = buildGroup(count, 'chained')
    const group = valueOf(openUntrusted(groupInfo))
    expect(group.leaves().map(({ did }) => did)).toEqual(members.map(({ did }) => did))
  })

  test('is refused where a parent hash is made up', () => {
    expect(openUntrusted(buildGroup(9, 'blank').groupInfo)).toMatchObject({ ok: true })
    expect(openUntrusted(buildGroup(9, 'full').groupInfo)).toMatchObject({
      refusal: { error: 'InvalidGroupInfo', rule: 'parentHashIsValid' },
    })
  })

  test('is refused with any byte altered', () => {
    const { groupInfo } = buildGroup(3, 'chained')
    for (let at = 0; at < groupInfo.length; at++) {
      expect(openUntrusted(flipBit(groupInfo, at)).ok, `byte ${at}`).toBe(false)
    }
  })

  /** The working group has no such tree, and ts-mls clients may refuse it (`tests/support/mls`). */
  test('is taken where a path was set beside an unmerged leaf', async () => {
    const story = await Story.begin()
    const [alice] = story.devices as [TestDevice]
    const others = await Promise.all([1, 2, 3].map(() => story.device()))
    await story.add(alice, others)
    await story.update(others[1]!)
    await story.remove(alice, [others[2]!])
    await story.update(others[1]!)
    const late = await story.device()
    await story.add(alice, [late])
    await story.update(alice)
    expect(openUntrusted(await story.groupInfo())).toMatchObject({ ok: true })
    expect(story.group(late)).toBeInstanceOf(TestGroup)
  })
})
