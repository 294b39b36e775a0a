import type { Person } from '../stage/person.js'
import type { Stage } from '../stage/stage.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal } from '../suite/finding.js'

/** Membership bounds what is read. */
export const reading = group('reading', {
  'not-before-joining': {
    promise: 'what came before an account joined is not for it',
    contract: '§2.7',
    hint: 'bound getMessages, in both directions, and getCommits by the caller’s intervals',
    async run(stage) {
      const { convoId, late, whole, joinedSeq } = await joinedLate(stage)
      expectEqual(
        whole.length > joinedSeq,
        true,
        'the control: the founder reads entries before it',
      )
      const entries = await late.log(convoId)
      expectEqual(entries[0]?.seq, joinedSeq, 'the first seq that who joined reads')
      const backwards = { convoId, beforeSeq: joinedSeq + 1, limit: 100 }
      const { messages } = await late.call('getMessages', backwards)
      expectEqual(
        messages.map(({ seq }) => seq),
        [joinedSeq],
        'the seqs before the next one',
      )
      const { commits } = await late.call('getCommits', { convoId, fromEpoch: 0 })
      const early = commits.filter(({ seq }) => seq < joinedSeq)
      expectEqual(early, [], 'commits before joining')
      const view = await late.view(convoId)
      expectEqual(view.intervals, [{ joinedSeq }], 'intervals')
    },
  },
  'not-after-leaving': {
    promise: 'what came after an account left is not for it',
    contract: '§2.7',
    hint: 'leftSeq is the last seq at that time; all that was before stays readable',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      await convos[0]!.send('before')
      const [alice, bob, carol] = people
      const { seq: leftSeq } = await bob!.call('leaveConvo', { convoId })
      await convos[2]!.commit({ remove: convos[2]!.leavesOf([bob!.did]) })
      await convos[0]!.catchUp()
      await convos[0]!.send('after')
      const whole = await carol!.log(convoId)
      expectEqual(whole.length, leftSeq + 2, 'the control: entries that a member reads')
      await expectEnd(bob!, convoId, leftSeq)
      const view = await bob!.view(convoId)
      expectEqual(view.lastSeq, leftSeq, 'lastSeq in the view of who left')
      expectEqual([view.members, view.memberCount], [[], 0], 'the roster in the view of who left')
      for (const method of ['getEpoch', 'getGroupInfo', 'getMembers'] as const) {
        await expectRefusal(bob!.call(method, { convoId }), 'NotMember', method)
      }
      expect((await alice!.view(convoId)).lastSeq > leftSeq, 'a log that goes on', 'it does not')
    },
  },
  'removal-included': {
    promise: 'who was removed by another reads up to its removal',
    contract: '§2.7',
    hint: 'leftSeq is the seq of the commit that removes it',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      await convos[0]!.send('before')
      const { seq: leftSeq } = await convos[0]!.remove([people[1]!.did])
      await convos[0]!.send('after')
      await expectEnd(people[1]!, convoId, leftSeq)
      const view = await people[1]!.view(convoId)
      expectEqual(view.intervals, [{ joinedSeq: 1, leftSeq }], 'intervals')
      await convos[1]!.catchUp()
      expectEqual(convos[1]!.group.removed, true, 'that its client sees the removal')
    },
  },
  'coming-back': {
    promise: 'who was added again has a second interval, and the log between is skipped',
    contract: '§4 getMessages',
    hint: 'convoView.intervals tells a gap from a loss',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [, bob] = people
      await convos[0]!.send('first')
      await convos[0]!.remove([bob!.did])
      await convos[0]!.send('without')
      await convos[0]!.add([bob!.did])
      await convos[0]!.send('again')
      const seqs = (await bob!.log(convoId, { limit: 2 })).map(({ seq }) => seq)
      expectEqual(seqs, [1, 2, 3, 5, 6], 'the seqs that it reads')
      const { intervals } = await bob!.view(convoId)
      const wanted = [{ joinedSeq: 1, leftSeq: 3 }, { joinedSeq: 5 }]
      expectEqual(intervals, wanted, 'intervals')
    },
  },
  strangers: {
    promise: 'to who never was in it a conversation is not there, whatever is asked',
    contract: '§7 ConvoNotFound',
    hint: 'the same answer as for an id that nobody has',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [stranger] = await stage.people(1)
      const nowhere = 'ab'.repeat(16)
      const message = await convos[0]!.message('x')
      for (const id of [convoId, nowhere]) {
        const calls: [string, object][] = [
          ['getConvo', {}],
          ['getMembers', {}],
          ['getMessages', {}],
          ['getGroupInfo', {}],
          ['getEpoch', {}],
          ['getCommits', { fromEpoch: 0 }],
          ['getInvites', {}],
          ['getReports', {}],
          ['updateCursor', { seq: 1 }],
          ['leaveConvo', {}],
          ['acceptConvo', {}],
          ['muteConvo', {}],
          ['updateConvo', { metadata: { name: 'x' } }],
          ['setMemberRole', { did: people[0]!.did, role: 'member' }],
          ['createInvite', {}],
          ['sendMessage', { ...message, convoId: undefined }],
          ['reportMember', { did: people[0]!.did, category: 'spam' }],
          ['getSubscriptionTicket', {}],
        ]
        for (const [method, params] of calls) {
          const call = stranger!.call(method as 'getConvo', { ...params, convoId: id })
          await expectRefusal(call, 'ConvoNotFound', `${method} by a stranger`)
        }
      }
    },
  },
  cursor: {
    promise: 'a cursor never goes back, and counts what is unread',
    contract: '§4 updateCursor, §5',
    hint: 'the greatest of what was said; not past the log’s end; commits are not unread',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [, bob] = people
      await bob!.call('acceptConvo', { convoId })
      for (let i = 0; i < 4; i++) await convos[0]!.send(`${i}`)
      const at = async (seq: number) => (await bob!.call('updateCursor', { convoId, seq })).seq
      expectEqual([await at(3), await at(2), await at(3)], [3, 3, 3], 'the cursor after 3, 2 and 3')
      const { cursor, unreadCount } = await bob!.view(convoId)
      expectEqual([cursor, unreadCount], [3, 2], 'cursor and unreadCount')
    },
  },
})

/** Reads everything there is for a former member: it ends at `leftSeq`, from both ends. */
async function expectEnd(person: Person, convoId: string, leftSeq: number): Promise<void> {
  const seqs = (await person.log(convoId)).map(({ seq }) => seq)
  expectEqual(seqs.at(-1), leftSeq, 'the last seq that it reads')
  const { messages } = await person.call('getMessages', { convoId, limit: 100 })
  expectEqual(messages.at(-1)?.seq, leftSeq, 'the last seq, read from the end')
  const { commits } = await person.call('getCommits', { convoId, fromEpoch: 0 })
  const late = commits.filter(({ seq }) => seq > leftSeq)
  expectEqual(late, [], 'commits after it left')
}

async function joinedLate(stage: Stage) {
  const { convoId, people, convos } = await stage.met(2)
  for (let i = 0; i < 3; i++) await convos[0]!.send(`early ${i}`)
  const [late] = await stage.people(1)
  const { seq: joinedSeq } = await convos[0]!.add([late!.did])
  await convos[0]!.send('after')
  // The founder reads first: a service that mixes readers up has seen it all then.
  const whole = await people[0]!.log(convoId)
  await people[0]!.call('getMessages', { convoId, beforeSeq: joinedSeq + 1, limit: 100 })
  return { convoId, late: late!, whole, joinedSeq }
}
