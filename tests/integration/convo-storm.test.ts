import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { hex } from '../support/mls/index.js'
import { follow, raceCommits, storm } from '../support/race-suite.js'
import { checkStanding } from '../support/standing-check.js'

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

test('of 50 commits for one epoch one wins, and the others learn which', async () => {
  const { convoId, people, convos } = await stage.met(2)
  const won = await raceCommits(convos[0]!.group, convoId, [people[0]!], 50)
  expect(won).toMatchObject({ newEpoch: 2, seq: 2 })
  expect(await checkStanding(stage.db, convoId)).toHaveLength(2)
  await convos[1]!.catchUp()
  expect(convos[1]!.group.epochAuthenticator).toEqual(won.group.epochAuthenticator)
})

test('after a storm the log is gapless, its hashes hold, and nothing is there twice', async () => {
  const { convoId, people } = await stage.met(4)
  const acknowledged = await storm(people, convoId, { messages: 8, commits: 3, repeats: 3 })
  const log = await checkStanding(stage.db, convoId)
  expect(log).toHaveLength(1 + 2 * 8 + 2 * 3)
  const stored = new Map(log.map(({ id, seq }) => [id, seq]))
  for (const [id, seq] of acknowledged) expect(stored.get(id)).toBe(seq)
  const groups = await Promise.all(people.map((person) => follow(person, convoId)))
  const secrets = groups.map(({ epochAuthenticator }) => hex(epochAuthenticator))
  expect(new Set(secrets).size).toBe(1)
})
