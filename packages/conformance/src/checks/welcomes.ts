import { TestGroup } from '../mls/index.js'
import type { Person } from '../stage/person.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal } from '../suite/finding.js'

/** A welcome reaches exactly the devices that it names. */
export const welcomes = group('welcomes', {
  'only-named-devices': {
    promise: 'a welcome waits for the devices whose packages it names, and for no other',
    contract: '§2.5',
    hint: 'read the KeyPackageRefs from the Welcome itself',
    async run(stage) {
      const [alice, bob, carol] = await stage.people(3)
      const laptop = await stage.device(bob!.caller.account)
      const { convoId } = await alice!.createConvo([bob!.did])
      const [, outsider] = [alice, carol]
      const tablet = await stage.device(bob!.caller.account)
      for (const named of [bob!, laptop]) {
        const [waiting, ...others] = await waitingFor(named, convoId)
        expect(waiting !== undefined && others.length === 0, 'one welcome', others.length + 1)
        expectEqual(waiting.seq, 1, 'seq: that of the commit')
        await TestGroup.join(named.mls, waiting.welcome)
      }
      for (const other of [alice!, outsider!, tablet]) {
        const waiting = await waitingFor(other, convoId)
        expectEqual(waiting.length, 0, `welcomes for ${other.mls.name}`)
      }
    },
  },
  'who-added': {
    promise: 'a welcome says by whom, into which group and epoch',
    contract: '§4 getWelcomes',
    hint: 'addedBy is the account whose commit added the device',
    async run(stage) {
      const { convoId, people } = await stage.met(2, { join: false })
      const [alice, bob] = people
      const [welcome] = await waitingFor(bob!, convoId)
      const { groupId, generation, epoch, addedBy } = welcome!
      const wanted = { groupId: convoId, generation: 0, epoch: 1, addedBy: alice!.did }
      expectEqual({ groupId, generation, epoch, addedBy }, wanted, 'the welcome')
    },
  },
  acknowledged: {
    promise: 'a welcome waits until it is acknowledged, once, by its own account',
    contract: '§4 ackWelcome',
    hint: 'the same outcome again is in order; another is WelcomeAlreadyAcked',
    async run(stage) {
      const { convoId, people } = await stage.met(2, { join: false })
      const [alice, bob] = people
      const [first] = await waitingFor(bob!, convoId)
      const [again] = await waitingFor(bob!, convoId)
      expectEqual(again?.welcomeId, first!.welcomeId, 'the welcome, before it is acknowledged')
      const input = { welcomeId: first!.welcomeId, outcome: 'joined' }
      await expectRefusal(alice!.call('ackWelcome', input), 'WelcomeNotFound', 'by another account')
      await bob!.call('ackWelcome', input)
      await bob!.call('ackWelcome', input)
      expectEqual((await waitingFor(bob!, convoId)).length, 0, 'welcomes afterwards')
      const other = bob!.call('ackWelcome', { ...input, outcome: 'failed' })
      await expectRefusal(other, 'WelcomeAlreadyAcked', 'another outcome')
      const none = bob!.call('ackWelcome', { ...input, welcomeId: 'nothing' })
      await expectRefusal(none, ['WelcomeNotFound', 'InvalidRequest'], 'a welcome that never was')
    },
  },
  superseded: {
    promise: 'a welcome ends by the device’s joinConvo, and by the removal of its leaf',
    contract: '§4 coming in',
    hint: 'end it in the transaction of the commit',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(3, { join: false })
      const [, bob, carol] = people
      expectEqual((await waitingFor(bob!, convoId)).length, 1, 'the control: welcomes before')
      const { groupInfo } = await bob!.call('getGroupInfo', { convoId })
      await bob!.joinExternally(convoId, groupInfo)
      expectEqual((await waitingFor(bob!, convoId)).length, 0, 'welcomes after joinConvo')
      await convos[0]!.remove([carol!.did])
      expectEqual((await waitingFor(carol!, convoId)).length, 0, 'welcomes after the removal')
    },
  },
})

async function waitingFor(person: Person, convoId: string) {
  const { welcomes: all } = await person.call('getWelcomes', { deviceId: person.deviceId })
  return all.filter((one) => one.convoId === convoId)
}
