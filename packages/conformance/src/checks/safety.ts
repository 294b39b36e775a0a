import type { StreamEvent } from '../service/event-queue.js'
import type { MessageView } from '../service/methods.js'
import type { Person } from '../stage/person.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal } from '../suite/finding.js'

/** Requests, blocks, invites and reports. */
export const safety = group('safety', {
  request: {
    promise:
      'who is added by an account that it has not accepted finds a request, until acceptConvo',
    contract: '§5 status, §4 acceptConvo',
    hint: 'nothing counts as read before it is accepted; leaveConvo declines',
    async run(stage) {
      const { convoId, people } = await stage.met(2)
      const [alice, bob] = people
      expectEqual((await bob!.view(convoId)).status, 'request', 'status of who was added')
      expectEqual((await alice!.view(convoId)).status, 'accepted', 'status of the founder')
      const requests = await bob!.call('getConvos', { status: 'request', limit: 100 })
      const listed = requests.conversations.some((one) => one.convoId === convoId)
      expect(listed, 'the conversation among the requests', listed)
      const { convo } = await bob!.call('acceptConvo', { convoId })
      expectEqual(convo.status, 'accepted', 'status once it is accepted')
      const again = await bob!.call('acceptConvo', { convoId })
      expectEqual(again.convo.status, 'accepted', 'status, accepted again')
    },
  },
  block: {
    promise: 'nobody is added where somebody in it has blocked them, or is blocked by them',
    contract: '§4 blockAccount, §7 BlockedByMember',
    hint: 'to whom it would refuse, an account may look as if it had no key packages',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice, bob] = people
      const [carol] = await stage.people(1)
      // Leased before anybody is blocked: the commit is what must be refused.
      const add = await convos[0]!.lease([carol!.did])
      await bob!.call('blockAccount', { did: carol!.did })
      await bob!.call('blockAccount', { did: carol!.did })
      const { blocks } = await bob!.call('getBlocks', {})
      const own = blocks.filter(({ did }) => did === carol!.did)
      expectEqual(own.length, 1, 'blocks of the account, blocked twice')
      const theirs = await carol!.call('getBlocks', {})
      expect(
        !theirs.blocks.some(({ did }) => did === bob!.did),
        'a list of one’s own',
        theirs.blocks,
      )
      const adding = convos[0]!.commit({ add }, 'addMembers')
      await expectRefusal(adding, 'BlockedByMember', 'adding who is blocked by a member')
      await bob!.call('unblockAccount', { did: carol!.did })
      await convos[0]!.commit({ add }, 'addMembers')
      expectEqual((await alice!.view(convoId)).memberCount, 3, 'memberCount once it is unblocked')
    },
  },
  invite: {
    promise: 'who has an invite’s secret sees what it opens, and comes in as having accepted',
    contract: '§4 createInvite, previewInvite, joinConvo',
    hint: 'the secret is shown once; uses are counted',
    async run(stage) {
      const { convoId, people } = await stage.met(2)
      const [alice, bob] = people
      await alice!.call('updateConvo', { convoId, metadata: { name: 'Cats' } })
      const { invite } = await alice!.call('createInvite', { convoId, maxUses: 1 })
      const secret = invite.secret ?? ''
      expect(secret.length >= 16, 'a secret in the answer', secret)
      const [guest, second] = await stage.people(2)
      const preview = await guest!.call('previewInvite', { secret })
      const { kind, memberCount, metadata } = preview
      const told = { convoId: preview.convoId, kind, memberCount, name: metadata?.name }
      expectEqual(told, { convoId, kind: 'group', memberCount: 2, name: 'Cats' }, 'the preview')
      await guest!.joinExternally(convoId, preview.groupInfo, secret)
      expectEqual((await guest!.view(convoId)).status, 'accepted', 'status of who came in')
      const { invites } = await bob!.call('getInvites', { convoId })
      const listed = invites.find(({ inviteId }) => inviteId === invite.inviteId)
      expectEqual([listed?.uses, listed?.secret], [1, undefined], 'uses and secret in the list')
      await expectLocked(second!, alice!, convoId, secret, 'an invite that is used up')
    },
  },
  'invite-ends': {
    promise: 'a revoked invite opens nothing; inviting is the admins’',
    contract: '§4 createInvite, revokeInvite',
    hint: 'the same answer as for a secret that never was',
    async run(stage) {
      const { convoId, people } = await stage.met(2)
      const [alice, bob] = people
      const not = ['NotAdmin', 'Forbidden']
      await expectRefusal(bob!.call('createInvite', { convoId }), not, 'an invite by a member')
      const { invite } = await alice!.call('createInvite', { convoId })
      const { inviteId, secret = '' } = invite
      await expectRefusal(bob!.call('revokeInvite', { inviteId }), not, 'revoking by a member')
      const revoked = await alice!.call('revokeInvite', { inviteId })
      expectEqual(revoked.invite.revoked, true, 'revoked')
      const [guest] = await stage.people(1)
      await expectLocked(guest!, alice!, convoId, secret, 'a revoked invite')
      await expectLocked(guest!, alice!, convoId, 'ab'.repeat(32), 'a secret that never was')
    },
  },
  report: {
    promise: 'a report reaches those who moderate, does not name who made it, and is resolved once',
    contract: '§4 reportMember, events',
    hint: 'reportEvent for admins and moderators only; plain members read no reports',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(4)
      const [alice, mod, bob, carol] = people
      await alice!.call('setMemberRole', { convoId, did: mod!.did, role: 'moderator' })
      await using carols = await carol!.socket()
      await using mods = await mod!.socket()
      const encryptedContent = new Uint8Array([1, 2, 3])
      const input = { convoId, did: carol!.did, category: 'spam', encryptedContent }
      const { reportId } = await bob!.call('reportMember', input)
      const isReport = ({ type, convoId: where }: StreamEvent) =>
        type === 'reportEvent' && where === convoId
      const event = await mods.queue.until(isReport)
      expectEqual(event.reportId, reportId, 'the report of the reportEvent')
      for (const reader of [alice!, mod!]) {
        const { reports } = await reader.call('getReports', { convoId })
        const seen = reports.find((one) => one.reportId === reportId)
        expectEqual(seen?.encryptedContent, encryptedContent, 'encryptedContent')
        expect(!JSON.stringify(seen).includes(bob!.did), 'nothing of who made it', seen)
      }
      const reading = bob!.call('getReports', { convoId })
      await expectRefusal(reading, ['NotAdmin', 'Forbidden'], 'reports, to a plain member')
      const resolution = { reportId, action: 'warned', notes: 'talked to them' }
      const { report } = await mod!.call('resolveReport', resolution)
      expectEqual([report.status, report.action], ['resolved', 'warned'], 'status and action')
      const { seq } = await convos[0]!.send('mark')
      const isMark = ({ message }: StreamEvent) => {
        const entry = message as MessageView | undefined
        return entry?.convoId === convoId && entry.seq === seq
      }
      await carols.queue.until(isMark)
      expectEqual(
        carols.queue.events.filter(isReport),
        [],
        'reportEvents on a plain member’s stream',
      )
    },
  },
})

/** The secret opens neither a look nor the door. */
async function expectLocked(
  guest: Person,
  admin: Person,
  convoId: string,
  secret: string,
  what: string,
): Promise<void> {
  const names = ['InviteNotFound', 'InvalidRequest']
  await expectRefusal(guest.call('previewInvite', { secret }), names, `a look by ${what}`)
  const { groupInfo } = await admin.call('getGroupInfo', { convoId })
  const coming = guest.joinExternally(convoId, groupInfo, secret)
  await expectRefusal(coming, [...names, 'ConvoNotFound', 'Forbidden'], `coming in by ${what}`)
}
