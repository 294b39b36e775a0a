import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal, outcomeOf } from '../suite/finding.js'

/** One commit per epoch, and what a commit answers. */
export const commits = group('commits', {
  'one-per-epoch': {
    promise: 'of many commits for one epoch exactly one is accepted',
    contract: '§2.1',
    hint: 'compare the epoch under the conversation’s lock, or update … where epoch = old',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(4)
      const changes = await Promise.all(convos.map((convo) => convo.group.commit()))
      const outcomes = await Promise.all(
        changes.map((change, i) => outcomeOf(people[i]!.call('submitCommit', { convoId, change }))),
      )
      const errors = outcomes.map((outcome) => outcome?.error ?? 'accepted').toSorted()
      const wanted = ['EpochMismatch', 'EpochMismatch', 'EpochMismatch', 'accepted']
      expectEqual(errors, wanted, 'what came of four commits at once')
      const entries = await people[0]!.log(convoId)
      const ended = entries.filter(({ messageType }) => messageType === 'commit')
      expectEqual(
        ended.map(({ epoch }) => epoch),
        [0, 1],
        'the epochs that commits of the log end',
      )
      const { epoch } = await people[0]!.view(convoId)
      expectEqual(epoch, 2, 'the epoch afterwards')
      for (const convo of convos) await convo.catchUp()
      const [first, ...others] = convos.map((convo) => convo.group.epochAuthenticator)
      for (const other of others) expectEqual(other, first, 'the epoch’s authenticator')
    },
  },
  'losers-rebuild': {
    promise: 'who lost an epoch builds anew on the winner, and is accepted',
    contract: '§2.1, §4 messages',
    hint: 'EpochMismatch names the current generation and epoch',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [ours, bobs] = convos
      const stale = await bobs!.group.commit()
      await ours!.commit()
      const call = people[1]!.call('submitCommit', { convoId, change: stale })
      const { message = '' } = await expectRefusal(call, 'EpochMismatch', 'a stale commit')
      expect(/\b2\b/.test(message), 'the current epoch, 2, in the message', message)
      bobs!.group.drop()
      await bobs!.catchUp()
      const answer = await bobs!.commit()
      expectEqual([answer.newEpoch, answer.seq], [3, 3], 'newEpoch and seq, built anew')
    },
  },
  repeated: {
    promise: 'the same commit again has the same answer and no second effect',
    contract: '§2.8',
    hint: 'recognise a commit by its bytes, before the epoch is compared',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice] = people
      const change = await convos[0]!.group.commit()
      const send = () => alice!.call('submitCommit', { convoId, change })
      const answers = await Promise.all([send(), send(), send()])
      for (const answer of answers) expectEqual(answer, answers[0], 'the answer, at once')
      await convos[0]!.catchUp()
      await convos[0]!.commit()
      expectEqual(await send(), answers[0], 'the answer, an epoch later')
      const { epoch, lastSeq } = await alice!.view(convoId)
      expectEqual([epoch, lastSeq], [3, 3], 'epoch and lastSeq')
    },
  },
  complete: {
    promise: 'getCommits gives the commits of the epochs asked for, both ends included',
    contract: '§4 getCommits',
    hint: 'the same entries as in the log, by the epoch that each ends',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      for (let i = 0; i < 3; i++) {
        await convos[0]!.commit()
        await convos[0]!.send(`${i}`)
      }
      const entries = await people[1]!.log(convoId)
      const wanted = entries.filter(({ messageType }) => messageType === 'commit')
      const all = await people[1]!.call('getCommits', { convoId, fromEpoch: 0 })
      expectEqual(all.commits, wanted, 'all commits')
      const some = await people[1]!.call('getCommits', { convoId, fromEpoch: 1, toEpoch: 2 })
      expectEqual(
        some.commits.map(({ epoch }) => epoch),
        [1, 2],
        'the epochs of those from 1 to 2',
      )
    },
  },
  'did-list': {
    promise: 'didList has to be the accounts that the commit adds or removes',
    contract: '§4 addMembers, removeMembers',
    hint: 'compare it with the difference of the trees; InvalidCommit',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      const [alice, bob, carol] = people
      const change = await convos[0]!.group.commit({ remove: convos[0]!.leavesOf([carol!.did]) })
      for (const didList of [[], [bob!.did], [bob!.did, carol!.did]]) {
        const call = alice!.call('removeMembers', { convoId, change, didList })
        await expectRefusal(call, 'InvalidCommit', `a didList of ${didList.length}`)
      }
      await alice!.call('removeMembers', { convoId, change, didList: [carol!.did] })
    },
  },
  'followed-by-clients': {
    promise: 'clients that apply the log come to the same epoch, and read each other',
    contract: '§2.1, §2.2, §6',
    hint: 'the state that the service keeps is the one that clients compute',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3)
      const late = await stage.people(1)
      await convos[0]!.add([late[0]!.did])
      const joined = await late[0]!.join(convoId)
      for (const convo of [...convos, joined]) {
        await convo.catchUp()
        await convo.send(`from ${convo.person.deviceId}`)
      }
      await convos[0]!.remove([people[2]!.did])
      const staying = [convos[0]!, convos[1]!, joined]
      for (const convo of staying) await convo.catchUp()
      expectEqual(joined.read.length, 3, 'messages that the last one in reads')
      expectEqual(convos[1]!.read.length, 3, 'messages that another reads')
      const [first, ...others] = staying.map((convo) => convo.group.epochAuthenticator)
      for (const other of others) expectEqual(other, first, 'the epoch’s authenticator')
    },
  },
})
