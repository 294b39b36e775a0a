import { randomBytes } from 'node:crypto'
import type { Extension, Proposal } from 'ts-mls'
import {
  byteFields,
  type Change,
  type CommitTamper,
  flipBit,
  forgeCommit,
  type Forgery,
  onlyForMembers,
  openExternally,
  readKeyPackage,
  resignGroupInfo,
  type SignedField,
  signedFields,
  TestGroup,
  withLongLength,
  withTrailingByte,
} from '../mls/index.js'
import type { Met, Stage } from '../stage/stage.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, Finding, NotApplicable, outcomeOf } from '../suite/finding.js'

/** What a hostile commit is refused with: it is not accepted, and the service says why. */
const REFUSALS =
  /^(?:Invalid(?:Commit|GroupInfo|Welcome|MlsMessage|KeyPackage)|EpochMismatch|Forbidden|NotAdmin|DeviceUnknown|AlreadyMember|InvalidRequest)$/

/** Hostile commits: each is signed by a member, and has one fault. */
export const verification = group('verification', {
  control: {
    promise: 'commits that are in order are accepted: the control of all other checks here',
    contract: '§6',
    hint: 'the kit’s own commits, made by the code that forges: if this fails, the others say nothing',
    async run(stage) {
      const { met, add } = await scene(stage)
      const [ours, bobs] = met.convos
      await send(met, await forgeCommit(bobs!.group), 1)
      await ours!.catchUp()
      await send(met, await forgeCommit(ours!.group, { proposals: [remove(2), add] }))
    },
  },
  content: fields(
    'content.',
    'the fields of the commit',
    'group id, epoch, sender, proposals, path',
  ),
  leaf: fields('path.leaf_node', 'the committer’s new leaf', 'RFC 9420 §7.3, §7.9'),
  path: fields(
    'path.nodes',
    'the update path',
    'RFC 9420 §7.5: as many nodes, keys and secrets as it takes',
  ),
  signature: fields(
    'signature',
    'the commit’s signature',
    'RFC 9420 §6.1: over the group’s own context',
  ),
  context: fields(
    'group_info.group_context',
    'the next context in GroupInfo',
    'compute it, and compare the bytes',
  ),
  'group-info': fields(
    'group_info.',
    'the GroupInfo',
    'signed by the committer, with external_pub and ratchet_tree',
  ),
  bytes: {
    promise:
      'no byte of a commit or GroupInfo that the service can check may be altered on the way',
    contract: '§6',
    hint: 'what only members can check is left out: membership tag, ciphertexts',
    async run(stage) {
      const { met, add } = await scene(stage)
      const change = await forgeCommit(met.convos[0]!.group, { proposals: [add] })
      const free = onlyForMembers(change)
      for (const part of ['commit', 'groupInfo', 'welcome'] as const) {
        const bytes = change[part]!
        for (const { field, at } of byteFields(bytes)) {
          if (free[part].has(at)) continue
          await refuses(met, { ...change, [part]: flipBit(bytes, at) }, `a bit in ${part}.${field}`)
        }
      }
      await unchanged(met)
      await send(met, change)
    },
  },
  exact: {
    promise: 'a commit, GroupInfo or Welcome with bytes after it, or cut short, is refused',
    contract: '§4: complete MLSMessages, with no bytes after them',
    hint: 'compare what the decoder consumed with the length, and the bytes with their encoding',
    async run(stage) {
      const { met, add } = await scene(stage)
      const change = await forgeCommit(met.convos[0]!.group, { proposals: [add] })
      for (const part of ['commit', 'groupInfo', 'welcome'] as const) {
        const bytes = change[part]!
        await refuses(
          met,
          { ...change, [part]: withTrailingByte(bytes) },
          `${part}: a byte after it`,
        )
        await refuses(met, { ...change, [part]: bytes.slice(0, -1) }, `${part}: a byte less`)
        await refuses(met, { ...change, [part]: new Uint8Array() }, `${part}: nothing`)
      }
      const long = withLongLength(change.commit)
      await refuses(met, { ...change, commit: long }, 'commit: a length that is not the shortest')
      await unchanged(met)
      await send(met, change)
    },
  },
  'someone-elses': {
    promise: 'a commit is taken from the account in whose leaf it is signed only',
    contract: '§3, §6',
    hint: 'the sender’s leaf names the caller; its key signs',
    async run(stage) {
      const { met } = await scene(stage)
      const [ours, bobs] = met.convos
      const hers = await forgeCommit(ours!.group)
      await refuses(met, hers, 'another’s commit', 1)
      const { signKey } = bobs!.person.mls
      await refuses(met, await forgeCommit(ours!.group, {}, { signKey }), 'another’s key')
      await unchanged(met)
      await send(met, hers)
    },
  },
  proposals: {
    promise: 'proposals are inside the commit, by value; ReInit is for nobody',
    contract: '§3, §4: standalone proposals and references are refused',
    hint: 'InvalidCommit for references, ReInit, external init in a member’s commit, and one’s own removal',
    async run(stage) {
      const { met } = await scene(stage)
      const mls = met.convos[0]!.group
      const { bytes } = await met.people[1]!.mls.keyPackage()
      const update = { leafNode: readKeyPackage(bytes).leafNode }
      const cipherSuite = met.people[0]!.mls.suite.name
      const hostile: [string, Forgery][] = [
        ['a reference', { proposals: [{ proposalOrRefType: 'reference', reference: ZEROS }] }],
        [
          'ReInit',
          {
            proposals: [
              {
                proposalType: 'reinit',
                reinit: { groupId: randomBytes(16), version: 'mls10', cipherSuite, extensions: [] },
              },
            ],
            draft: { withPath: false },
          },
        ],
        [
          'external init',
          { proposals: [{ proposalType: 'external_init', externalInit: { kemOutput: ZEROS } }] },
        ],
        ['one’s own removal', { proposals: [remove(0)] }],
        ['a removal of nobody', { proposals: [remove(77)] }],
        ['the same removal twice', { proposals: [remove(2), remove(2)] }],
        [
          'an update of another’s leaf',
          { proposals: [{ proposalType: 'update', update } as unknown as Proposal] },
        ],
        ['a removal without a path', { proposals: [remove(2)], draft: { withPath: false } }],
      ]
      for (const [what, forgery] of hostile) {
        const made = await forgeCommit(mls, forgery).catch(() => undefined)
        if (made !== undefined) await refuses(met, made, what)
      }
      await unchanged(met)
    },
  },
  'context-extensions': {
    promise: 'a plain member changes no group context extensions',
    contract: '§3 effects',
    hint: 'judge by what the commit does; an admin may',
    async run(stage) {
      const { met } = await scene(stage)
      const [ours, bobs] = met.convos
      const extensions: Extension[] = [{ extensionType: 0x000a, extensionData: Uint8Array.of(1) }]
      const options = { groupContextExtensions: extensions }
      await bobs!.catchUp()
      await refuses(met, await bobs!.group.commit(options), 'by a member', 1)
      await send(met, await ours!.group.commit(options))
    },
  },
  'whole-accounts': {
    promise: 'another account is removed with all its leaves in one commit, or not at all',
    contract: '§3 effects',
    hint: 'InvalidCommit where one of two leaves stays',
    async run(stage) {
      const { met } = await scene(stage)
      const [ours] = met.convos
      const { did, caller } = met.people[1]!
      await stage.device(caller.account)
      await ours!.add([did])
      const leaves = ours!.leavesOf([did])
      expectEqual(leaves.length, 2, 'leaves of the account')
      const partial = await ours!.group.commit({ remove: leaves.slice(0, 1) })
      await refuses(met, partial, 'one of two leaves')
      await send(met, await ours!.group.commit({ remove: leaves }))
    },
  },
  welcome: {
    promise: 'a welcome names exactly those who are added: it may be neither missing nor too much',
    contract: '§4 change, §2.5',
    hint: 'read the KeyPackageRefs from the Welcome, and compare them with the Adds',
    async run(stage) {
      const { met, add } = await scene(stage)
      const [ours] = met.convos
      const adding = await forgeCommit(ours!.group, { proposals: [add] })
      const updating = await forgeCommit(ours!.group)
      const { commit, groupInfo } = adding
      await refuses(met, { commit, groupInfo }, 'an Add without a welcome')
      await refuses(met, { ...updating, welcome: adding.welcome! }, 'a welcome without an Add')
      const others = await TestGroup.create(met.people[0]!.mls, randomBytes(16))
      const { bytes } = await met.people[1]!.mls.keyPackage()
      const { welcome } = await others.commit({ add: [bytes] })
      await refuses(met, { ...adding, welcome: welcome! }, 'a welcome for somebody else')
      await unchanged(met)
      await send(met, adding)
    },
  },
  'other-epoch': {
    promise: 'the GroupInfo is the state that the commit makes, not another of the group',
    contract: '§4 change, §6',
    hint: 'compare epoch, tree hash and transcript with the computed ones',
    async run(stage) {
      const { met } = await scene(stage)
      const [ours] = met.convos
      const change = await forgeCommit(ours!.group)
      const former = await ours!.group.groupInfo()
      await refuses(met, { ...change, groupInfo: former }, 'the GroupInfo of the epoch before')
      const other = await forgeCommit(ours!.group)
      await refuses(met, { ...change, groupInfo: other.groupInfo }, 'that of another commit')
      await unchanged(met)
      await send(met, change)
    },
  },
  external: {
    promise: 'an external commit brings in its own device, and does nothing else',
    contract: '§4 coming in, §6',
    hint: 'RFC 9420 §12.4.3.2: one ExternalInit, at most the Remove of its own former leaf, no Add',
    async run(stage) {
      const { met, add } = await scene(stage)
      const { convoId, people, convos } = met
      const [, bob] = people
      const bytes = await convos[0]!.group.groupInfo()
      const leafOfCarol = convos[0]!.leavesOf([people[2]!.did])[0]!
      const change = async (rewrite?: (all: Proposal[]) => Proposal[], tamper?: CommitTamper) => {
        const { sealed } = await openExternally(bob!.mls, bytes, rewrite, tamper)
        return { commit: sealed.commit, groupInfo: sealed.groupInfo }
      }
      const hostile: [string, Change][] = [
        ['the removal of another', await change((all) => [remove(leafOfCarol), ...all.slice(-1)])],
        ['a second removal', await change((all) => [remove(leafOfCarol), ...all])],
        ['an Add beside it', await change((all) => [...all, add])],
        [
          'no ExternalInit',
          await change((all) => all.filter((one) => one.proposalType !== 'external_init')),
        ],
        ['its former leaf left', await change((all) => all.slice(-1))],
      ]
      for (const [what, made] of hostile) {
        const outcome = await outcomeOf(bob!.call('joinConvo', { convoId, change: made }))
        expectRefused(outcome?.error, what)
      }
      await unchanged(met)
      await bob!.call('joinConvo', { convoId, change: await change() })
    },
  },
  genesis: {
    promise: 'a genesis is the signed GroupInfo of epoch 0, with the creator’s device alone',
    contract: '§4 createConvo',
    hint: 'check signature, tree and context as those of any GroupInfo',
    async run(stage) {
      publicOnly(stage)
      const [alice, bob] = await stage.people(2)
      const mls = await TestGroup.create(alice!.mls, randomBytes(16))
      const genesis = await mls.groupInfo()
      const altered: [string, Uint8Array][] = [
        ['a broken signature', flipBit(genesis, -1)],
        ['a byte after it', withTrailingByte(genesis)],
        ['a tree hash of zeros', await recontext(alice!.mls, genesis, { treeHash: ZEROS })],
        ['epoch 1', await recontext(alice!.mls, genesis, { epoch: 1n })],
      ]
      const bare = (keep: string) =>
        resignGroupInfo(alice!.mls, genesis, (info) => ({
          ...info,
          extensions: info.extensions.filter(({ extensionType }) => extensionType === keep),
        }))
      altered.push(['no external_pub', await bare('ratchet_tree')])
      altered.push(['no ratchet_tree', await bare('external_pub')])
      const theirs = await TestGroup.create(bob!.mls, randomBytes(16))
      altered.push(['another’s group', await theirs.groupInfo()])
      for (const [what, bytes] of altered) {
        const outcome = await outcomeOf(alice!.call('createConvo', { genesis: bytes }))
        expectRefused(outcome?.error, what)
      }
      alice!.seen.add((await alice!.call('createConvo', { genesis })).convo.convoId)
    },
  },
})

const ZEROS = new Uint8Array(32)

/** One check for the signed fields whose names begin so. */
function fields(prefix: string, what: string, hint: string) {
  return {
    promise: `a commit that is wrong in ${what} is refused, though all else follows from it`,
    contract: '§6',
    hint,
    async run(stage: Stage) {
      const { met } = await scene(stage)
      const [ours, bobs] = met.convos
      // A leaf of its own making, whose keys others may want to take.
      await bobs!.commit()
      await ours!.catchUp()
      for (const field of fieldsOf(ours!.group, prefix)) {
        const forgery = field.needs.includes('proposals') ? { proposals: [remove(2)] } : {}
        const change = await forgeCommit(ours!.group, forgery, field.tamper())
        await refuses(met, change, field.field)
      }
      await unchanged(met)
    },
  }
}

function fieldsOf(mls: TestGroup, prefix: string): SignedField[] {
  const node = mls.state.ratchetTree[2]
  if (node?.nodeType !== 'leaf') throw new Error('the second member has no leaf')
  const { leaf } = node
  const all = signedFields({
    knownKey: () => leaf.hpkePublicKey,
    otherCredential: () => leaf.credential,
    context: () => mls.state.groupContext,
  })
  const isContext = ({ field }: SignedField) => field.startsWith('group_info.group_context')
  const isMeant = (one: SignedField) =>
    one.field.startsWith(prefix) && (prefix !== 'group_info.' || !isContext(one))
  return all.filter(isMeant)
}

/** Three members, the first an admin, and an Add of a fourth whose package is leased to her. */
async function scene(stage: Stage): Promise<{ met: Met; add: Proposal }> {
  publicOnly(stage)
  const met = await stage.met(3)
  const [late] = await stage.people(1)
  const [bytes] = await met.convos[0]!.lease([late!.did])
  return { met, add: { proposalType: 'add', add: { keyPackage: readKeyPackage(bytes!) } } }
}

function publicOnly(stage: Stage): void {
  if (stage.description.commitFraming === 'public') return
  throw new NotApplicable('encrypted commits are taken here: they are checked by the clients')
}

function send({ convoId, people }: Met, change: Change, by = 0): Promise<unknown> {
  return people[by]!.call('submitCommit', { convoId, change })
}

async function refuses(met: Met, change: Change, what: string, by = 0): Promise<void> {
  const outcome = await outcomeOf(send(met, change, by))
  met.convos[by]!.group.drop()
  expectRefused(outcome?.error, what)
}

function expectRefused(error: string | undefined, what: string): void {
  if (error !== undefined && REFUSALS.test(error)) return
  throw new Finding(`a refusal for its content: ${what}`, error ?? 'it was accepted')
}

/** An error changes nothing. */
async function unchanged({ convoId, people, convos }: Met): Promise<void> {
  const { epoch, lastSeq } = await people[0]!.view(convoId)
  const { group: mls, applied } = convos[0]!
  expectEqual([epoch, lastSeq], [mls.epoch, applied], 'epoch and lastSeq after the refusals')
  const entries = await people[0]!.log(convoId)
  expect(entries.length === applied, `${applied} entries in the log`, entries.length)
}

function remove(removed: number): Proposal {
  return { proposalType: 'remove', remove: { removed } }
}

function recontext(
  device: Parameters<typeof resignGroupInfo>[0],
  bytes: Uint8Array,
  changed: { treeHash?: Uint8Array; epoch?: bigint },
): Promise<Uint8Array> {
  return resignGroupInfo(device, bytes, (info) => ({
    ...info,
    groupContext: { ...info.groupContext, ...changed },
  }))
}
