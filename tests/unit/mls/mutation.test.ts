import type { Extension } from 'ts-mls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyCommit, type CommitExpectation } from '../../../src/mls/verify-commit.js'
import {
  forgeCommit,
  onlyForMembers,
  openExternally,
  readKeyPackage,
  signedFields,
  type Change,
  type CommitTamper,
  type Forgery,
  type TestDevice,
  type Trait,
} from '../../support/mls/index.js'
import { expectation, Story } from './story.js'

/** Alice, Bob, Carol and Dan; Eve is outside. */
let story: Story
let alice: TestDevice
let bob: TestDevice
let eve: TestDevice
const published = new Map<string, Uint8Array>()

beforeAll(async () => {
  story = await Story.begin()
  alice = story.devices[0]!
  const others = await Promise.all([1, 2, 3].map(() => story.device()))
  bob = others[0]!
  await story.add(alice, others)
  await story.update(bob)
  eve = await story.device()
})

interface Kind {
  by: () => TestDevice
  traits: Trait[]
  make(tamper?: CommitTamper): Promise<Change>
}

const kinds: Record<string, Kind> = {
  update: member(['public', 'path'], async () => ({})),
  add: member(['public', 'proposals'], async () => ({
    proposals: [await addEve()],
    draft: { withPath: false },
  })),
  'add with a path': member(['public', 'path', 'proposals'], async () => ({
    proposals: [await addEve()],
  })),
  remove: member(['public', 'path', 'proposals'], async () => ({ proposals: [remove(2)] })),
  'remove and add': member(['public', 'path', 'proposals'], async () => ({
    proposals: [remove(2), await addEve()],
  })),
  extensions: member(['public', 'path', 'proposals'], async () => ({ proposals: [extensions()] })),
  'external join': outsider(() => eve),
  'external return': outsider(() => bob),
  'private update': member(['path'], async () => ({ draft: { framing: 'private' } })),
  'private add': member(['path'], async () => ({
    proposals: [await addEve()],
    draft: { framing: 'private' },
  })),
}

const table: string[] = []
afterAll(() => console.info(['What was tried, and what refused it:', ...table].join('\n')))

const fields = signedFields({
  knownKey: () => story.view.tree.leaf(3)!.encryptionKey,
  otherCredential: () => story.devices[2]!.credential,
  context: () => story.group(alice).state.groupContext,
})

describe.each(Object.entries(kinds))('%s', (name, { make, by, traits }) => {
  test('unaltered is taken', async () => {
    expect(verify(by(), await make())).toMatchObject({ ok: true })
  })

  /**
   * By somebody on the way. What is left is what only members can check: the membership tag, and
   * what a welcome or a private commit encrypts.
   */
  test('with any byte altered is refused, save those that only members can check', async () => {
    const change = await make()
    const free = onlyForMembers(change)
    for (const part of ['commit', 'groupInfo', 'welcome'] as const) {
      const bytes = change[part]
      if (bytes === undefined) continue
      const taken = [...bytes.keys()].filter((at) => {
        const altered = { ...change, [part]: bytes.with(at, bytes[at]! ^ 1) }
        return verify(by(), altered).ok
      })
      expect(new Set(taken)).toEqual(free[part])
      table.push(
        `${name}: ${part}, ${bytes.length} bytes in turn, ${taken.length} for members only`,
      )
    }
  })

  const altered = fields.filter(({ needs }) => needs.every((one) => traits.includes(one)))
  /** By a member, who signs what it alters, so that all that follows from it is in order. */
  test.each(altered)('with $field altered and signed is refused', async ({ field, tamper }) => {
    const verdict = verify(by(), await make(tamper()))
    if (verdict.ok) throw new Error(`${field} can be altered`)
    const { error, rule, section } = verdict.refusal
    table.push(`${name}: ${field}, signed: ${error} ${rule} (${section})`)
  })
})

function member(traits: Trait[], forgery: () => Promise<Forgery>): Kind {
  return {
    traits,
    by: () => alice,
    make: async (tamper) => forgeCommit(story.group(alice), await forgery(), tamper),
  }
}

function outsider(who: () => TestDevice): Kind {
  return {
    traits: ['public', 'path', 'proposals'],
    by: who,
    async make(tamper) {
      const { sealed } = await openExternally(who(), await story.groupInfo(), undefined, tamper)
      return { commit: sealed.commit, groupInfo: sealed.groupInfo }
    },
  }
}

async function addEve() {
  const { bytes, ref } = await eve.keyPackage()
  published.set(ref, bytes)
  return { proposalType: 'add', add: { keyPackage: readKeyPackage(bytes) } } as const
}

function remove(removed: number) {
  return { proposalType: 'remove', remove: { removed } } as const
}

function extensions() {
  const list: Extension[] = [{ extensionType: 0x000a, extensionData: Uint8Array.of(1) }]
  return {
    proposalType: 'group_context_extensions',
    groupContextExtensions: { extensions: list },
  } as const
}

function verify(device: TestDevice, change: Change) {
  const more: Partial<CommitExpectation> = { framing: 'any', keyPackages: published }
  return verifyCommit(story.view, change, expectation(device.did, more))
}
