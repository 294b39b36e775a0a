import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createRelationships, FRESH_MS } from '../../../src/identity/relationships.js'
import type { Did } from '../../../src/lib/ids.js'
import { startAppview, type TestAppview } from '../../support/appview.js'

const [alice, bob, carol] = ['a', 'b', 'c'].map((letter) => `did:plc:${letter.repeat(24)}`) as [
  Did,
  Did,
  Did,
]
const NOTHING = { follows: false, followedBy: false, blocks: false, blockedBy: false }

let appview: TestAppview
let now = 1_000
let relationships: ReturnType<typeof createRelationships>
beforeAll(async () => {
  appview = await startAppview()
  appview.follow(alice, bob)
  appview.block(carol, alice)
  appview.blockByList(alice, carol)
})
afterAll(() => appview[Symbol.asyncDispose]())
beforeEach(() => {
  appview.questions.length = 0
  relationships = createRelationships(appview.url, () => now)
})

test('both directions are told, of blocks by a list too', async () => {
  expect(await relationships.of(alice, [bob, carol])).toEqual(
    new Map([
      [bob, { ...NOTHING, follows: true }],
      [carol, { ...NOTHING, blocks: true, blockedBy: true }],
    ]),
  )
})

test('who asks from the other side within a minute gets the same answer, turned round', async () => {
  await relationships.of(alice, [bob])
  now += FRESH_MS - 1
  expect(await relationships.of(bob, [alice])).toEqual(
    new Map([[alice, { ...NOTHING, followedBy: true }]]),
  )
  expect(appview.questions).toHaveLength(1)
  now += 2
  await relationships.of(bob, [alice])
  expect(appview.questions).toHaveLength(2)
})

test('accounts that the network does not know have no relationships, whichever side they are on', async () => {
  const nobody = 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz' as Did
  expect(await relationships.of(nobody, [alice])).toEqual(new Map([[alice, NOTHING]]))
  expect(await relationships.of(bob, [nobody])).toEqual(new Map([[nobody, NOTHING]]))
})

test('nobody to ask about is no question', async () => {
  expect(await relationships.of(alice, [])).toEqual(new Map())
  expect(appview.questions).toEqual([])
})

test('an AppView that fails is no answer, and is not remembered as one', async () => {
  appview.behave('fail')
  await expect(relationships.of(alice, [bob])).rejects.toThrow(/answered 502/)
  appview.behave('garbage')
  await expect(relationships.of(alice, [bob])).rejects.toThrow(/something else/)
  appview.behave('serve')
  expect((await relationships.of(alice, [bob])).get(bob)).toMatchObject({ follows: true })
})
