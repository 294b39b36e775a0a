import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal, NotApplicable } from '../suite/finding.js'

/** What an account may have, and that it may go. */
export const account = group('account', {
  export: {
    promise: 'exportAccountData gives what the service has of the account, as JSON lines',
    contract: '§4 exportAccountData',
    hint: 'application/jsonl, one object in a line',
    async run(stage) {
      const { convoId, people } = await stage.met(2)
      const [alice] = people
      const { status, bytes, headers } = await alice!.caller.attempt('exportAccountData')
      expectEqual(status, 200, 'status')
      const type = headers.get('content-type') ?? ''
      expect(/jsonl|ndjson|json-lines/.test(type), 'application/jsonl', type)
      const text = Buffer.from(bytes).toString()
      const lines = text.trim().split('\n')
      for (const line of lines) expect(typeof JSON.parse(line) === 'object', 'objects', line)
      for (const own of [alice!.deviceId, convoId]) expect(text.includes(own), `${own} in it`, text)
    },
  },
  delete: {
    promise: 'deleteAccount ends devices and memberships, and can be repeated',
    contract: '§4 deleteAccount, §2.3',
    hint: 'its leaves are to be removed by the next commit; conversations of others go on',
    async run(stage) {
      if (!stage.accounts.throwaway) throw new NotApplicable('needs accounts that may be deleted')
      const { convoId, people, convos } = await stage.met(3)
      const [alice, bob] = people
      await bob!.call('deleteAccount')
      await bob!.call('deleteAccount')
      const dids = (await alice!.members(convoId)).map(({ did }) => did)
      expect(!dids.includes(bob!.did), 'that it is no member', dids)
      const { devices } = await alice!.call('listDevices', { did: bob!.did })
      expectEqual(devices, [], 'its devices')
      await expectRefusal(convos[0]!.commit(), 'PendingRemovals', 'a commit that leaves its leaf')
      await convos[0]!.commit({ remove: convos[0]!.leavesOf([bob!.did]) })
      await convos[0]!.send('goes on')
    },
  },
})
