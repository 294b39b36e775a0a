import { randomBytes } from 'node:crypto'
import { ratchetTreeFromExtension, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { checkTree, identityOf, readGroupInfo, TestGroup } from '../mls/index.js'
import { leasePackages } from '../stage/lease.js'
import type { Person } from '../stage/person.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal } from '../suite/finding.js'

/** Founding, membership, roles, leaving and coming back. */
export const conversations = group('conversations', {
  create: {
    promise: 'a conversation is named by its group id, and begins at epoch 0 with an empty log',
    contract: '§1, §4 createConvo, §5',
    hint: 'convoId is the lowercase hex of the first group id',
    async run(stage) {
      const [alice] = await stage.people(1)
      const { convoId, group: mls } = await alice!.createConvo([], { metadata: { name: 'Cats' } })
      expectEqual(convoId, mls.groupId, 'convoId')
      const view = await alice!.view(convoId)
      const { groupId, generation, epoch, lastSeq, creator, role, memberCount, kind, hash } = view
      expectEqual(
        { groupId, generation, epoch, lastSeq, creator, role, memberCount, kind, hash },
        {
          groupId: convoId,
          generation: 0,
          epoch: 0,
          lastSeq: 0,
          creator: alice!.did,
          role: 'admin',
          memberCount: 1,
          kind: 'group',
          hash: '00'.repeat(32),
        },
        'the view',
      )
      expectEqual(view.metadata?.name, 'Cats', 'the name')
    },
  },
  'create-and-add': {
    promise: 'createConvo with a change creates and adds at once',
    contract: '§4 createConvo',
    hint: 'one transaction: epoch 1, one entry, members, welcomes',
    async run(stage) {
      const { convoId, people } = await stage.met(3, { join: false })
      const view = await people[0]!.view(convoId)
      expectEqual(
        [view.epoch, view.lastSeq, view.memberCount],
        [1, 1, 3],
        'epoch, lastSeq, members',
      )
      const dids = view.members.map(({ did }) => did).toSorted()
      expectEqual(dids, people.map(({ did }) => did).toSorted(), 'the members')
    },
  },
  'create-repeated': {
    promise:
      'the same createConvo again is the same conversation, and another under its id ConvoExists',
    contract: '§2.8, §4 createConvo',
    hint: 'compare the bytes of the genesis',
    async run(stage) {
      const [alice, bob] = await stage.people(2)
      const groupId = randomBytes(16)
      const mls = await TestGroup.create(alice!.mls, groupId)
      const genesis = await mls.groupInfo()
      const first = await alice!.call('createConvo', { genesis })
      alice!.seen.add(first.convo.convoId)
      const again = await alice!.call('createConvo', { genesis })
      expectEqual(again.convo.createdAt, first.convo.createdAt, 'createdAt, created again')
      const theirs = await (await TestGroup.create(bob!.mls, groupId)).groupInfo()
      const call = bob!.call('createConvo', { genesis: theirs })
      await expectRefusal(call, 'ConvoExists', 'another group with the same id')
    },
  },
  'roster-is-the-tree': {
    promise: 'members and their devices are those of the ratchet tree',
    contract: '§2.3',
    hint: 'derive the roster from the tree that the commit makes, not from what the request says',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      await stage.device(people[1]!.caller.account)
      await convos[0]!.add([people[1]!.did])
      const late = await stage.people(1)
      await convos[0]!.add([late[0]!.did])
      await convos[0]!.remove([people[2]!.did])
      const answer = await people[0]!.call('getGroupInfo', { convoId })
      const tree = ratchetTreeFromExtension(readGroupInfo(answer.groupInfo))!
      const leaves = tree.flatMap((node, index) =>
        node?.nodeType === 'leaf' ? [`${index / 2} ${identityOf(node.leaf.credential)}`] : [],
      )
      const members = await people[0]!.members(convoId)
      const listed = members.flatMap(({ did, devices }) =>
        devices.map(({ leafIndex, deviceId }) => `${leafIndex} ${did}#${deviceId}`),
      )
      expectEqual(listed.toSorted(), leaves.toSorted(), 'devices of the members')
      const view = await people[0]!.view(convoId)
      expectEqual(view.memberCount, members.length, 'memberCount')
    },
  },
  'group-info': {
    promise: 'getGroupInfo gives a signed GroupInfo of the current epoch by which one can come in',
    contract: '§4 getGroupInfo',
    hint: 'the one that came with the last commit: external_pub and ratchet_tree in it',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      await convos[0]!.commit()
      const answer = await people[1]!.call('getGroupInfo', { convoId })
      const info = readGroupInfo(answer.groupInfo)
      const tree = ratchetTreeFromExtension(info)
      expect(tree !== undefined, 'ratchet_tree in the GroupInfo', 'none')
      expectEqual(Number(info.groupContext.epoch), 2, 'the epoch of the GroupInfo')
      expectEqual(answer.epoch, 2, 'the epoch that is told')
      expectEqual(answer.ratchetTree, encodeRatchetTree(tree), 'ratchetTree')
      await checkTree(tree, info.groupContext, people[1]!.mls.suite)
      const signer = tree[2 * info.signer]
      const key = signer?.nodeType === 'leaf' ? signer.leaf.signaturePublicKey : new Uint8Array()
      const { signature } = people[1]!.mls.suite
      expect(
        await verifyGroupInfoSignature(info, key, signature),
        'its signature to hold',
        'it fails',
      )
      const types = info.extensions.map(({ extensionType }) => extensionType)
      expect(types.includes('external_pub'), 'external_pub in the GroupInfo', types)
    },
  },
  'epoch-agrees': {
    promise: 'getEpoch, getConvo, getGroupInfo, getCommits and the log tell the same epoch',
    contract: '§4 conversations',
    hint: 'the epoch advances with the commit, in one transaction, for all of them',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      for (let i = 0; i < 2; i++) await convos[0]!.commit()
      const [, bob] = people
      const { currentEpoch, lastSeq } = await bob!.call('getEpoch', { convoId })
      const view = await bob!.view(convoId)
      const info = await bob!.call('getGroupInfo', { convoId })
      const { commits } = await bob!.call('getCommits', { convoId, fromEpoch: 0 })
      const last = Math.max(...commits.map(({ epoch }) => epoch)) + 1
      expectEqual(
        {
          getEpoch: currentEpoch,
          getConvo: view.epoch,
          getGroupInfo: info.epoch,
          getCommits: last,
        },
        { getEpoch: 3, getConvo: 3, getGroupInfo: 3, getCommits: 3 },
        'the epoch after three commits',
      )
      expectEqual([lastSeq, view.lastSeq], [3, 3], 'lastSeq in getEpoch and getConvo')
    },
  },
  direct: {
    promise: 'a direct conversation has two accounts, both admins, and is unique for the pair',
    contract: '§4 direct',
    hint: 'creating it again, by either, answers with the one that is there',
    async run(stage) {
      const [alice, bob, carol] = await stage.people(3, 5)
      const first = await founding(alice!, [bob!.did])
      const { convo } = await alice!.call('createConvo', { ...first, kind: 'direct' })
      for (const one of [alice!, bob!]) one.seen.add(convo.convoId)
      const roles = (await alice!.members(convo.convoId)).map(({ role }) => role)
      expectEqual(roles, ['admin', 'admin'], 'the roles')
      const theirs = await founding(bob!, [alice!.did])
      const again = await bob!.call('createConvo', { ...theirs, kind: 'direct' })
      expectEqual(again.convo.convoId, convo.convoId, 'convoId, created by the other')
      const three = await founding(alice!, [bob!.did, carol!.did])
      const wide = alice!.call('createConvo', { ...three, kind: 'direct' })
      await expectRefusal(wide, ['Forbidden', 'InvalidRequest', 'InvalidCommit'], 'three accounts')
    },
  },
  leave: {
    promise: 'leaveConvo ends the membership at once, and can be repeated',
    contract: '§4 leaving, §2.7',
    hint: 'leftSeq is the last seq at that time; no entry is written',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      const { seq } = await convos[0]!.send('before')
      const [alice, bob] = people
      const answer = await bob!.call('leaveConvo', { convoId })
      const { epoch } = await alice!.view(convoId)
      expectEqual([answer.newEpoch, answer.seq], [epoch, seq], 'newEpoch and seq')
      expectEqual(
        await bob!.call('leaveConvo', { convoId }),
        answer,
        'the answer to the same again',
      )
      const view = await bob!.view(convoId)
      expectEqual(view.status, 'left', 'status')
      expectEqual(view.intervals.at(-1)?.leftSeq, seq, 'leftSeq')
      const dids = (await alice!.members(convoId)).map(({ did }) => did)
      expect(!dids.includes(bob!.did), 'it is no member', dids)
      await convos[0]!.send('after')
      await expectRefusal(convos[1]!.send('x'), 'NotMember', 'a message of who left')
    },
  },
  'pending-removals': {
    promise: 'the leaves of who left are to be removed by the next commit of a member',
    contract: '§3, §4 leaving',
    hint: 'PendingRemovals until a commit removes all of them; any member may',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      const [alice, bob, carol] = people
      await bob!.call('leaveConvo', { convoId })
      const { pendingRemovals } = await alice!.view(convoId)
      const [leafIndex] = convos[0]!.leavesOf([bob!.did])
      const pending = pendingRemovals.map(({ leafIndex: leaf, did, deviceId }) => [
        leaf,
        did,
        deviceId,
      ])
      expectEqual(pending, [[leafIndex, bob!.did, bob!.deviceId]], 'pendingRemovals')
      await expectRefusal(convos[0]!.commit(), 'PendingRemovals', 'a commit that leaves them')
      await convos[2]!.commit({ remove: convos[2]!.leavesOf([bob!.did]) })
      const after = await carol!.view(convoId)
      expectEqual(after.pendingRemovals, [], 'pendingRemovals after a plain member’s commit')
    },
  },
  'deleted-device': {
    promise: 'a deleted device’s leaf is to be removed, and its account stays a member',
    contract: '§2.3, §4 leaving, coming in',
    hint: 'a member without a device comes in by joinConvo',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice, bob] = people
      await bob!.call('deleteDevice', { deviceId: bob!.deviceId })
      const { pendingRemovals } = await alice!.view(convoId)
      expectEqual(
        pendingRemovals.map(({ did }) => did),
        [bob!.did],
        'pendingRemovals',
      )
      await convos[0]!.commit({ remove: convos[0]!.leavesOf([bob!.did]) })
      const { memberCount } = await alice!.view(convoId)
      expectEqual(memberCount, 2, 'memberCount')
      const tablet = await stage.device(bob!.caller.account)
      const { groupInfo } = await tablet.call('getGroupInfo', { convoId })
      const joined = await tablet.joinExternally(convoId, groupInfo)
      await joined.send('back')
      await convos[0]!.catchUp()
      expectEqual(convos[0]!.read, ['back'], 'what the other reads of the new device')
    },
  },
  'join-externally': {
    promise:
      'a member’s device comes in by an external commit, alone and again after losing its state',
    contract: '§4 joinConvo, coming in',
    hint: 'without a Remove if the device has no leaf, else with exactly one, of that leaf',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [, bob] = people
      const laptop = await stage.device(bob!.caller.account)
      for (let round = 0; round < 2; round++) {
        const { groupInfo } = await laptop.call('getGroupInfo', { convoId })
        const joined = await laptop.joinExternally(convoId, groupInfo)
        await convos[0]!.catchUp()
        const [theirs, ours] = [joined.group, convos[0]!.group]
        expectEqual(theirs.epochAuthenticator, ours.epochAuthenticator, 'the epoch’s authenticator')
      }
      const members = await people[0]!.members(convoId)
      const own = members.find(({ did }) => did === bob!.did)
      expectEqual(own?.devices.length, 2, 'devices of the account')
    },
  },
  'join-needs-membership': {
    promise: 'who is no member does not come in by itself',
    contract: '§4 joinConvo',
    hint: 'ConvoNotFound for a stranger, also with a good external commit; NotMember after leaving',
    async run(stage) {
      const { convoId, people } = await stage.met(2)
      const [stranger] = await stage.people(1)
      const { groupInfo } = await people[0]!.call('getGroupInfo', { convoId })
      const coming = stranger!.joinExternally(convoId, groupInfo)
      await expectRefusal(coming, 'ConvoNotFound', 'a stranger')
      await people[1]!.call('leaveConvo', { convoId })
      const back = people[1]!.joinExternally(convoId, groupInfo)
      await expectRefusal(back, 'NotMember', 'who left')
    },
  },
  'who-may-remove': {
    promise: 'admins remove anybody, moderators plain members, members nobody, whatever the method',
    contract: '§3 effects',
    hint: 'judge by what the commit does, not by the method that carries it',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(4)
      const [alice, mod, bob, carol] = people
      const [, mods, bobs] = convos
      await alice!.call('setMemberRole', { convoId, did: mod!.did, role: 'moderator' })
      for (const method of ['removeMembers', 'submitCommit'] as const) {
        const byMember = bobs!.commit({ remove: bobs!.leavesOf([carol!.did]) }, method)
        await expectRefusal(byMember, ['NotAdmin', 'Forbidden'], `a member removes, by ${method}`)
        const ofAdmin = mods!.commit({ remove: mods!.leavesOf([alice!.did]) }, method)
        await expectRefusal(
          ofAdmin,
          ['NotAdmin', 'Forbidden'],
          `a moderator an admin, by ${method}`,
        )
      }
      await mods!.remove([carol!.did])
      await convos[0]!.remove([mod!.did])
      const left = (await alice!.members(convoId)).map(({ did }) => did)
      expectEqual(left.toSorted(), [alice!.did, bob!.did].toSorted(), 'who is left')
    },
  },
  'who-may-add': {
    promise: 'policy.whoCanAdd says whether members add others, own devices aside',
    contract: '§3 effects',
    hint: 'NotAdmin where whoCanAdd is admin and a plain member adds another account',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [one, two] = await stage.people(2)
      const policy = { whoCanAdd: 'member' }
      await people[0]!.call('updateConvo', { convoId, policy })
      await convos[1]!.add([one!.did])
      await people[0]!.call('updateConvo', { convoId, policy: { whoCanAdd: 'admin' } })
      await expectRefusal(convos[1]!.add([two!.did]), ['NotAdmin', 'Forbidden'], 'a member adds')
      await stage.device(people[1]!.caller.account)
      await convos[1]!.add([people[1]!.did])
    },
  },
  'who-may-change': {
    promise: 'metadata, policy and roles are the admins’',
    contract: '§3 effects',
    hint: 'NotAdmin for anybody else',
    async run(stage) {
      const { convoId, people } = await stage.met(2)
      const [alice, bob] = people
      const not = ['NotAdmin', 'Forbidden']
      const rename = { convoId, metadata: { name: 'Dogs' } }
      await expectRefusal(bob!.call('updateConvo', rename), not, 'a member renames')
      const open = { convoId, policy: { whoCanAdd: 'member' } }
      await expectRefusal(bob!.call('updateConvo', open), not, 'a member changes the policy')
      const promote = { convoId, did: bob!.did, role: 'admin' }
      await expectRefusal(bob!.call('setMemberRole', promote), not, 'a member promotes itself')
      const { convo } = await alice!.call('updateConvo', rename)
      expectEqual(convo.metadata?.name, 'Dogs', 'the name that an admin gives')
    },
  },
  'last-admin': {
    promise:
      'the last admin cannot be demoted, and when it leaves the longest member becomes admin',
    contract: '§3',
    hint: 'the lowest (joinedSeq, leafIndex); Forbidden for the demotion',
    async run(stage) {
      const { convoId, people } = await stage.met(3)
      const [alice, bob] = people
      const demotion = { convoId, did: alice!.did, role: 'member' }
      await expectRefusal(
        alice!.call('setMemberRole', demotion),
        'Forbidden',
        'the last admin demoted',
      )
      await alice!.call('leaveConvo', { convoId })
      const members = await bob!.members(convoId)
      const admins = members.filter(({ role }) => role === 'admin')
      const [heir] = members.toSorted((a, b) => firstLeaf(a) - firstLeaf(b))
      expectEqual(
        admins.map(({ did }) => did),
        [heir?.did],
        'the admins afterwards',
      )
    },
  },
  reset: {
    promise: 'resetConvo puts a new group in the place of a broken one, and the log goes on',
    contract: '§4 repair',
    hint: 'generation + 1, a new group id, epoch 0; no entry; members keep interval and role',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice, bob] = people
      const { seq } = await convos[0]!.send('before')
      const mls = await TestGroup.create(alice!.mls, randomBytes(16))
      const byMember = await TestGroup.create(bob!.mls, randomBytes(16))
      const theirs = { convoId, genesis: await byMember.groupInfo() }
      await expectRefusal(bob!.call('resetConvo', theirs), ['NotAdmin', 'Forbidden'], 'by a member')
      const { convo } = await alice!.call('resetConvo', { convoId, genesis: await mls.groupInfo() })
      const { groupId, generation, epoch, resetSeq, lastSeq } = convo
      expectEqual(
        { groupId, generation, epoch, resetSeq, lastSeq },
        { groupId: mls.groupId, generation: 1, epoch: 0, resetSeq: seq, lastSeq: seq },
        'the view after it',
      )
      await expectRefusal(convos[1]!.send('late'), 'EpochMismatch', 'a message of the former group')
      const { groupInfo } = await bob!.call('getGroupInfo', { convoId })
      const back = await bob!.joinExternally(convoId, groupInfo)
      const after = await back.send('after')
      expectEqual(after.seq, seq + 2, 'the seq of the next message')
      const roles = (await alice!.members(convoId)).map(({ did, role }) => [did, role])
      expectEqual(
        roles,
        [
          [alice!.did, 'admin'],
          [bob!.did, 'member'],
        ],
        'members and roles',
      )
    },
  },
  'limits-of-metadata': {
    promise: 'a name has 128 graphemes at most, a description 1,000, encryptedMetadata 8 KiB',
    contract: '§4 metadata',
    hint: 'count graphemes, not bytes; refuse, and change nothing',
    async run(stage) {
      const [alice] = await stage.people(1)
      const { convoId } = await alice!.createConvo([], { metadata: { name: 'Cats' } })
      const family = '👨‍👩‍👧‍👦'
      await alice!.call('updateConvo', { convoId, metadata: { name: family.repeat(20) } })
      const many = [
        { metadata: { name: 'x'.repeat(129) } },
        { metadata: { name: 'x', description: 'y'.repeat(1_001) } },
        { encryptedMetadata: new Uint8Array(8 * 1024 + 1) },
      ]
      for (const too of many) {
        const call = alice!.call('updateConvo', { convoId, ...too })
        await expectRefusal(
          call,
          ['InvalidRequest', 'TooLarge'],
          `too long: ${Object.keys(too)[0]}`,
        )
      }
      const view = await alice!.view(convoId)
      expectEqual(view.metadata?.name, family.repeat(20), 'the name afterwards')
    },
  },
  'mute-and-list': {
    promise: 'getConvos pages through all of one’s conversations; muting is one’s own',
    contract: '§4 getConvos, muteConvo',
    hint: 'pages neither repeat nor leave out',
    async run(stage) {
      const [alice, bob] = await stage.people(2, 4)
      const made = []
      for (let i = 0; i < 3; i++) made.push((await alice!.createConvo([bob!.did])).convoId)
      const listed: string[] = []
      let cursor: string | undefined
      do {
        const page = await alice!.call('getConvos', { limit: 2, cursor })
        listed.push(...page.conversations.map(({ convoId }) => convoId))
        cursor = page.cursor
      } while (cursor !== undefined)
      expectEqual(new Set(listed).size, listed.length, 'different conversations in the pages')
      expect(
        made.every((one) => listed.includes(one)),
        'all three',
        listed,
      )
      const { convo } = await bob!.call('muteConvo', { convoId: made[0] })
      const { muted } = await alice!.view(made[0]!)
      expectEqual([convo.muted, muted], [true, false], 'muted, for who did and for the other')
      const loud = await bob!.call('unmuteConvo', { convoId: made[0] })
      expectEqual(loud.convo.muted, false, 'muted, after unmuteConvo')
    },
  },
  health: {
    promise: 'getConvoHealth says why a device cannot follow, and what cures it',
    contract: '§4 getConvoHealth',
    hint: 'a member’s device without a leaf: joinConvo; one in order has no problems',
    async run(stage) {
      const { convoId, people } = await stage.met(2)
      const [, bob] = people
      const laptop = await stage.device(bob!.caller.account)
      const { problems } = await laptop.call('getConvoHealth', {
        convoId,
        deviceId: laptop.deviceId,
      })
      expect(
        problems.some(({ remedy }) => remedy === 'joinConvo'),
        'the remedy joinConvo',
        problems,
      )
      const fine = await bob!.call('getConvoHealth', { convoId, deviceId: bob!.deviceId })
      expectEqual(fine.problems, [], 'problems of a device that is in order')
    },
  },
})

/** What `createConvo` takes for a group with all devices of these accounts. */
async function founding(person: Person, dids: string[]) {
  const mls = await TestGroup.create(person.mls, randomBytes(16))
  const add = await leasePackages(person, mls, mls.groupId, dids)
  return { genesis: await mls.groupInfo(), change: await mls.commit({ add }) }
}

function firstLeaf({ devices }: { devices: { leafIndex: number }[] }): number {
  return Math.min(...devices.map(({ leafIndex }) => leafIndex))
}
