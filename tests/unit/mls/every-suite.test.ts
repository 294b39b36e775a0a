import { expect, test } from 'vitest'
import { openUntrusted } from '../../../src/mls/open-untrusted.js'
import { SUITE_NAMES } from '../../../src/mls/suite.js'
import { verifyCommit } from '../../../src/mls/verify-commit.js'
import { flipBit, hex, type TestDevice } from '../../support/mls/index.js'
import { expectation, Story } from './story.js'

test.each(SUITE_NAMES)('a group of %s is followed', async (suite) => {
  const story = await Story.begin({ suite })
  const [alice] = story.devices as [TestDevice]
  const [bob, carol] = (await Promise.all([1, 2].map(() => story.device(suite)))) as [
    TestDevice,
    TestDevice,
  ]
  await story.add(alice, [bob, carol], true)
  await story.update(bob)
  await story.join(carol, await story.groupInfo())
  await story.remove(carol, [alice])
  for (const group of story.groups.values()) {
    expect(hex(group.context)).toBe(hex(story.view.context.bytes))
  }
  expect(openUntrusted(await story.groupInfo())).toMatchObject({ ok: true })
  const change = await story.group(bob).commit()
  const spoilt = { ...change, groupInfo: flipBit(change.groupInfo, -1) }
  expect(verifyCommit(story.view, spoilt, expectation(bob.did)).ok).toBe(false)
  await story.accept(bob, change)
})
