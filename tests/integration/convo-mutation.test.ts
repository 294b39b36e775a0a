import { randomBytes } from 'node:crypto'
import type { Extension, GroupContext, GroupInfoTBS, LeafNode } from 'ts-mls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leasePackages } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS, type Met } from '../support/convo-stage.js'
import {
  byteFields,
  flipBit,
  forgeCommit,
  onlyForMembers,
  openExternally,
  readKeyPackage,
  resignGroupInfo,
  signedFields,
  TestGroup,
} from '../support/mls/index.js'
import type { Change, CommitTamper, Forgery, Trait } from '../support/mls/index.js'

let stage: ConvoStage
let eve: ClientDevice
/** Alice is admin and commits; Bob has a leaf of his own making; Carol is untouched; Eve is outside. */
let met: Met
/** Eve's key package, leased to Alice for this conversation. */
let leased: Uint8Array
const table: string[] = []
beforeAll(async () => {
  stage = await ConvoStage.open()
  eve = await stage.device()
}, OPENS_WITHIN_MS)
afterAll(async () => {
  console.info(['What was tried over HTTP, and what refused it:', ...table].join('\n'))
  await stage?.[Symbol.asyncDispose]()
})

interface Kind {
  method: 'submitCommit' | 'addMembers' | 'removeMembers' | 'joinConvo'
  traits: Trait[]
  by: () => ClientDevice
  /** Leaf of a member that neither commits nor goes. */
  other: number
  make(tamper?: CommitTamper): Promise<Change>
}

const kinds: [string, Kind][] = [
  ['update', member('submitCommit', ['public', 'path'], () => ({}))],
  [
    'add',
    member('addMembers', ['public', 'proposals'], () => ({
      proposals: [addEve()],
      draft: { withPath: false },
    })),
  ],
  [
    'add with a path',
    member('addMembers', ['public', 'path', 'proposals'], () => ({ proposals: [addEve()] })),
  ],
  [
    'remove',
    member('removeMembers', ['public', 'path', 'proposals'], () => ({ proposals: [remove(2)] })),
  ],
  [
    'group context extensions',
    member('submitCommit', ['public', 'path', 'proposals'], () => ({ proposals: [extensions()] })),
  ],
  ['external return', outsider()],
]

describe.each(kinds)('%s', (name, { method, traits, by, make, other }) => {
  test('with any field altered is refused, naming the rule; unaltered it is taken', async () => {
    await meet()
    const { convoId } = met
    const honest = await make()
    const send = (change: Change) => by().api.procedure(method, { convoId, change })
    const before = await stage.stored()
    const fields = fieldsBy(leafNode(other), ours().state.groupContext)
    for (const { field, tamper, needs } of fields) {
      if (!needs.every((one) => traits.includes(one))) continue
      await refuses(`${name}: ${field}, signed`, async () => send(await make(tamper())))
    }
    for (const [field, change] of unsigned(honest)) {
      await refuses(`${name}: ${field}`, () => send(change))
    }
    expect(await stage.stored()).toEqual(before)
    expect(await send(honest)).toMatchObject({ success: true })
  })
})

describe.each(['createConvo', 'resetConvo'] as const)('%s', (method) => {
  test('with any field altered is refused, naming the rule; unaltered it is taken', async () => {
    await meet()
    const [alice] = met.people as [ClientDevice]
    const group = await TestGroup.create(alice.mls, randomBytes(32))
    const convoId = method === 'createConvo' ? group.groupId : met.convoId
    const [keyPackage] = await leasePackages(alice.api, group, convoId, [eve.did])
    const add = { proposalType: 'add', add: { keyPackage: readKeyPackage(keyPackage!) } } as const
    const make = (tamper?: CommitTamper) => forgeCommit(group, { proposals: [add] }, tamper)
    const genesis = await group.groupInfo()
    const change = await make()
    const send = (founding: { genesis: Uint8Array; change: Change }) =>
      method === 'createConvo'
        ? alice.api.procedure(method, founding)
        : alice.api.procedure(method, { convoId, ...founding })

    const before = await stage.stored()
    for (const [field, alter] of genesisFields) {
      await refuses(`${method}: genesis.${field}, signed`, async () =>
        send({ genesis: await resignGroupInfo(alice.mls, genesis, alter), change }),
      )
    }
    for (const { field, at } of byteFields(genesis)) {
      const altered = flipBit(genesis, at)
      await refuses(`${method}: genesis.${field}`, () => send({ genesis: altered, change }))
    }
    // In a group of one the path has no node above the leaf.
    const { leafNode: hers } = readKeyPackage(keyPackage!)
    const ofOne = fieldsBy(hers, group.state.groupContext).filter(
      ({ field }) => !field.startsWith('path.nodes'),
    )
    for (const { field, tamper } of ofOne) {
      await refuses(`${method}: change.${field}, signed`, async () =>
        send({ genesis, change: await make(tamper()) }),
      )
    }
    for (const [field, altered] of unsigned(change)) {
      await refuses(`${method}: change.${field}`, () => send({ genesis, change: altered }))
    }
    expect(await stage.stored()).toEqual(before)
    await send({ genesis, change })
    expect(await stage.stored()).not.toEqual(before)
  })
})

async function meet(): Promise<void> {
  met = await stage.met(3)
  const [ours, bobs] = met.convos
  await bobs!.update()
  await ours!.catchUp()
  await eve.publish(2)
  const [alice] = met.people
  const packages = await leasePackages(alice!.api, ours!.group, met.convoId, [eve.did])
  leased = packages[0]!
}

/** Faults made of what stands in the leaf of another member. */
function fieldsBy(other: LeafNode, context: GroupContext) {
  return signedFields({
    knownKey: () => other.hpkePublicKey,
    otherCredential: () => other.credential,
    context: () => context,
  })
}

type Alteration = (groupInfo: GroupInfoTBS) => GroupInfoTBS

const ZEROS = new Uint8Array(32)
const UNKNOWN: Extension = { extensionType: 0xf00d, extensionData: new Uint8Array() }
const genesisFields: [string, Alteration][] = [
  context('group_id', { groupId: ZEROS }),
  context('epoch', { epoch: 1n }),
  context('tree_hash', { treeHash: ZEROS }),
  context('confirmed_transcript_hash', { confirmedTranscriptHash: ZEROS }),
  context('extensions', { extensions: [UNKNOWN] }),
  ['signer', (info) => ({ ...info, signer: 1 })],
  ['confirmation_tag', (info) => ({ ...info, confirmationTag: ZEROS.subarray(1) })],
  [
    'extensions, without external_pub',
    (info) => ({ ...info, extensions: info.extensions.slice(1) }),
  ],
  [
    'extensions, without ratchet_tree',
    (info) => ({ ...info, extensions: info.extensions.slice(0, 1) }),
  ],
  [
    'extensions, twice',
    (info) => ({ ...info, extensions: info.extensions.flatMap((e) => [e, e]) }),
  ],
]

function context(
  field: string,
  altered: Partial<GroupInfoTBS['groupContext']>,
): [string, Alteration] {
  const alter: Alteration = (info) => ({
    ...info,
    groupContext: { ...info.groupContext, ...altered },
  })
  return [`group_context.${field}`, alter]
}

/** By somebody on the way: each field that is bytes, and each part that is left out or too much. */
function* unsigned(change: Change): Generator<[field: string, altered: Change]> {
  const free = onlyForMembers(change)
  for (const part of ['commit', 'groupInfo', 'welcome'] as const) {
    const bytes = change[part]
    if (bytes === undefined) {
      yield [`${part}, one too many`, { ...change, [part]: change.groupInfo }]
      continue
    }
    for (const { field, at } of byteFields(bytes)) {
      if (!free[part].has(at))
        yield [`${part}: ${field}`, { ...change, [part]: flipBit(bytes, at) }]
    }
    for (const at of [0, 1, 2, 3]) {
      const altered = { ...change, [part]: flipBit(bytes, at) }
      yield [`${part}: ${at < 2 ? 'version' : 'wire_format'}`, altered]
    }
    yield [`${part}, a byte after it`, { ...change, [part]: Uint8Array.from([...bytes, 0]) }]
    yield [`${part}, a byte less`, { ...change, [part]: bytes.subarray(0, -1) }]
    yield [`${part}, none`, { ...change, [part]: new Uint8Array() }]
  }
}

/** Refusals name the rule and its section, except those that say where the conversation is. */
const NAMED = /\(([a-zA-Z0-9]+), ((?:RFC 9420|protocol|limits|RFC 7748)[^)]*)\)$/

async function refuses(what: string, call: () => Promise<unknown>): Promise<void> {
  const failure = await call().then(
    () => ({ error: 'taken', message: '' }),
    (error: unknown) => error as { error: string; message: string },
  )
  const [, rule, section] = NAMED.exec(failure.message) ?? []
  const isNamed = rule !== undefined || UNNAMED.includes(failure.error)
  expect([what, failure.error, isNamed ? 'named' : failure.message]).toEqual([
    what,
    expect.not.stringMatching(/^taken$/) as string,
    'named',
  ])
  table.push(`${what}: ${failure.error} ${rule ? `${rule} (${section})` : ''}`)
}

const UNNAMED = ['EpochMismatch', 'InvalidKeyPackage', 'ConvoExists']

function member(method: Kind['method'], traits: Trait[], forgery: () => Forgery): Kind {
  const by = () => met.people[0]!
  return { method, traits, by, other: 1, make: (tamper) => forgeCommit(ours(), forgery(), tamper) }
}

function outsider(): Kind {
  return {
    method: 'joinConvo',
    traits: ['public', 'path', 'proposals'],
    by: () => met.people[1]!,
    other: 2,
    async make(tamper) {
      const groupInfo = await ours().groupInfo()
      const { sealed } = await openExternally(met.people[1]!.mls, groupInfo, undefined, tamper)
      return { commit: sealed.commit, groupInfo: sealed.groupInfo }
    },
  }
}

function ours(): TestGroup {
  return met.convos[0]!.group
}

function leafNode(leafIndex: number) {
  const node = ours().state.ratchetTree[2 * leafIndex]
  if (node?.nodeType !== 'leaf') throw new Error('no such leaf')
  return node.leaf
}

function addEve() {
  return { proposalType: 'add', add: { keyPackage: readKeyPackage(leased) } } as const
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
