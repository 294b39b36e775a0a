import type { Extension } from 'ts-mls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyCommit, type CommitExpectation } from '../../../src/mls/verify-commit.js'
import {
  decodeMessage,
  forgeCommit,
  openExternally,
  readKeyPackage,
  readWelcome,
  type Change,
  type CommitTamper,
  type Forgery,
  type TestDevice,
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

/** What a kind of commit has that can be altered. */
type Trait = 'public' | 'path' | 'proposals'

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

  const altered = signedFields.filter(({ needs }) => needs.every((one) => traits.includes(one)))
  /** By a member, who signs what it alters, so that all that follows from it is in order. */
  test.each(altered)('with $field altered and signed is refused', async ({ field, tamper }) => {
    const verdict = verify(by(), await make(tamper()))
    if (verdict.ok) throw new Error(`${field} can be altered`)
    const { error, rule, section } = verdict.refusal
    table.push(`${name}: ${field}, signed: ${error} ${rule} (${section})`)
  })
})

interface SignedField {
  field: string
  needs: Trait[]
  tamper: () => CommitTamper
}

type PathLeaf = Parameters<NonNullable<CommitTamper['leaf']>>[0]
type Context = Parameters<NonNullable<CommitTamper['nextContext']>>[0]

const UNKNOWN: Extension = { extensionType: 0xf00d, extensionData: new Uint8Array() }
const ZEROS = new Uint8Array(32)

const signedFields: SignedField[] = [
  content('group_id', (c) => ({ ...c, groupId: ZEROS })),
  content('epoch', (c) => ({ ...c, epoch: c.epoch + 1n })),
  content('sender', (c) => ({ ...c, sender: { senderType: 'member', leafIndex: 2 } })),
  content(
    'proposals, twice',
    (c) => ({
      ...c,
      commit: { ...c.commit, proposals: c.commit.proposals.flatMap((p) => [p, p]) },
    }),
    ['proposals'],
  ),
  content(
    'proposals, one less',
    (c) => ({ ...c, commit: { ...c.commit, proposals: c.commit.proposals.slice(1) } }),
    ['proposals'],
  ),
  content('path, none', (c) => ({ ...c, commit: { ...c.commit, path: undefined } }), ['path']),
  leaf('encryption_key, a known one', () => ({ hpkePublicKey: knownKey() })),
  leaf('signature_key', (l) => ({ signaturePublicKey: l.signaturePublicKey.with(5, 1) })),
  leaf('credential', () => ({ credential: story.devices[2]!.credential })),
  leaf('capabilities', (l) => ({ capabilities: { ...l.capabilities, credentials: [] } })),
  leaf('parent_hash', () => ({ parentHash: ZEROS })),
  leaf('extensions', () => ({ extensions: [UNKNOWN] })),
  leaf('signature, for another group', () => ({ groupId: ZEROS })),
  leaf('signature, for another leaf', ({ leafIndex }) => ({ leafIndex: leafIndex + 1 })),
  {
    field: 'path.nodes, one less',
    needs: ['path'],
    tamper: () => ({ nodes: (nodes) => nodes.slice(0, -1) }),
  },
  {
    field: 'path.nodes, twice',
    needs: ['path', 'public'],
    tamper: () => ({ path: (path) => ({ ...path, nodes: [...path.nodes, ...path.nodes] }) }),
  },
  {
    field: 'path.nodes.encryption_key, a known one',
    needs: ['path'],
    tamper: () => ({
      nodes: (nodes) => nodes.map((node) => ({ ...node, hpkePublicKey: knownKey() })),
    }),
  },
  {
    field: 'path.nodes.encrypted_path_secret, one less',
    needs: ['path', 'public'],
    tamper: () => ({
      nodes: (nodes) =>
        nodes.map((node) => ({ ...node, encryptedPathSecret: node.encryptedPathSecret.slice(1) })),
    }),
  },
  {
    field: 'signature, over another context',
    needs: ['public'],
    tamper: () => ({
      signedContext: { ...story.group(alice).state.groupContext, treeHash: ZEROS },
    }),
  },
  context('group_id', () => ({ groupId: ZEROS })),
  context('epoch', ({ epoch }) => ({ epoch: epoch + 1n })),
  context('tree_hash', () => ({ treeHash: ZEROS })),
  context('confirmed_transcript_hash', () => ({ confirmedTranscriptHash: ZEROS.subarray(1) })),
  context('extensions', () => ({ extensions: [UNKNOWN] })),
  groupInfo('confirmation_tag', (i) => ({ confirmationTag: i.confirmationTag.subarray(1) })),
  groupInfo('signer', ({ signer }) => ({ signer: signer + 1 })),
  groupInfo('external_pub', (i) => ({ extensions: zeroed(i.extensions, 'external_pub') })),
  groupInfo('ratchet_tree', (i) => ({ extensions: zeroed(i.extensions, 'ratchet_tree') })),
]

function content(
  field: string,
  change: NonNullable<CommitTamper['content']>,
  needs: Trait[] = [],
): SignedField {
  return {
    field: `content.${field}`,
    needs: ['public', ...needs],
    tamper: () => ({ content: change }),
  }
}

function leaf(field: string, change: (leaf: PathLeaf) => Partial<PathLeaf>): SignedField {
  const tamper = (): CommitTamper => ({ leaf: (one) => ({ ...one, ...change(one) }) })
  return { field: `path.leaf_node.${field}`, needs: ['path'], tamper }
}

function context(field: string, change: (context: Context) => Partial<Context>): SignedField {
  const tamper = (): CommitTamper => ({ nextContext: (one) => ({ ...one, ...change(one) }) })
  return { field: `group_info.group_context.${field}`, needs: [], tamper }
}

type Info = Parameters<NonNullable<CommitTamper['groupInfo']>>[0]

function groupInfo(field: string, change: (info: Info) => Partial<Info>): SignedField {
  const tamper = (): CommitTamper => ({ groupInfo: (one) => ({ ...one, ...change(one) }) })
  return { field: `group_info.${field}`, needs: [], tamper }
}

function zeroed(extensions: Extension[], type: string): Extension[] {
  return extensions.map((one) =>
    one.extensionType === type ? { ...one, extensionData: ZEROS } : one,
  )
}

function knownKey(): Uint8Array {
  return story.view.tree.leaf(3)!.encryptionKey
}

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

/** Places of bytes that nothing depends on which the service can compute. */
function onlyForMembers({ commit, welcome }: Change) {
  const free = {
    commit: new Set<number>(),
    groupInfo: new Set<number>(),
    welcome: new Set<number>(),
  }
  const message = decodeMessage(commit)
  if (message.wireformat === 'mls_private_message') {
    const { encryptedSenderData, ciphertext } = message.privateMessage
    markAll(free.commit, commit, [encryptedSenderData, ciphertext])
  } else if (message.wireformat === 'mls_public_message') {
    const { publicMessage } = message
    const isMembers = publicMessage.senderType === 'member'
    if (isMembers) markAll(free.commit, commit, [publicMessage.membershipTag])
  }
  if (welcome !== undefined) {
    const { secrets, encryptedGroupInfo } = readWelcome(welcome)
    const sealed = secrets.map(({ encryptedGroupSecrets }) => encryptedGroupSecrets)
    const encrypted = sealed.flatMap(({ kemOutput, ciphertext }) => [kemOutput, ciphertext])
    markAll(free.welcome, welcome, [encryptedGroupInfo, ...encrypted])
  }
  return free
}

/** ts-mls decodes to slices, so that one can tell where they stood. */
function markAll(places: Set<number>, whole: Uint8Array, slices: Uint8Array[]): void {
  for (const { byteOffset, length } of slices) {
    const start = byteOffset - whole.byteOffset
    for (let at = start; at < start + length; at++) places.add(at)
  }
}
