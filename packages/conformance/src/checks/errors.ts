import type { Outcome } from '../service/caller.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, Finding } from '../suite/finding.js'

/** What is no request of the contract. */
export const errors = group('errors', {
  'bad-bodies': {
    promise: 'a body that is not what the lexicon says is InvalidRequest',
    contract: '§7',
    hint: 'validate the input before anything is done with it',
    async run(stage) {
      const [alice] = await stage.people(1)
      const bodies = [
        'x',
        '[]',
        'null',
        '{}',
        '{"convoId":7}',
        '{"convoId":"x"}',
        '{"convoId":"../../etc"}',
        `{"convoId":"${'ab'.repeat(16)}","seq":-1}`,
        `{"convoId":"${'ab'.repeat(16)}","seq":1.5}`,
        `{"convoId":"${'ab'.repeat(16)}","seq":"1"}`,
      ]
      for (const body of bodies) {
        invalid(await alice!.caller.attempt('updateCursor', { body }), `updateCursor with ${body}`)
      }
      const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`
      const { status } = await alice!.caller.attempt('updateCursor', { body: deep })
      expect(status >= 400 && status < 500, 'a refusal of a body 5,000 deep', status)
    },
  },
  'bad-parameters': {
    promise: 'parameters that are not what the lexicon says are InvalidRequest or InvalidCursor',
    contract: '§7',
    hint: 'limits have bounds, and cursors are not guessed',
    async run(stage) {
      const { convoId, people } = await stage.met(1)
      const { caller } = people[0]!
      for (const limit of ['0', '101', '-1', 'x', '1e3', '9'.repeat(30)]) {
        invalid(await caller.attempt('getConvos', { sent: { limit } }), `limit=${limit}`)
      }
      const bad = { sent: { cursor: 'not a cursor' } }
      const { error } = await caller.attempt('getConvos', bad)
      expect(/^InvalidCursor$|^InvalidRequest$/.test(error ?? ''), 'InvalidCursor', error)
      for (const sinceSeq of ['-1', 'x', '1.5', '9'.repeat(20)]) {
        const sent = { convoId, sinceSeq }
        invalid(await caller.attempt('getMessages', { sent }), `sinceSeq=${sinceSeq}`)
      }
      invalid(await caller.attempt('getConvo', { sent: {} }), 'getConvo without a convoId')
      const many = { dids: Array.from({ length: 101 }, (_, i) => `did:web:n${i}.invalid`) }
      invalid(await caller.attempt('getKeyPackages', { sent: many }), '101 dids')
      invalid(
        await caller.attempt('getKeyPackages', { sent: { dids: ['alice'] } }),
        'a did that is none',
      )
    },
  },
  'wrong-verb': {
    promise: 'queries are GET, procedures POST',
    contract: '§4, XRPC',
    hint: 'a query that POST reaches, or a procedure that GET does, can be forged across sites',
    async run(stage) {
      const [alice] = await stage.people(1)
      const { deviceId } = alice!
      const sent = { verb: 'GET', params: { deviceId } } as const
      const { status } = await alice!.caller.attempt('deleteDevice', sent)
      expect(status >= 400 && status < 500, 'a refusal of deleteDevice by GET', status)
      const { devices } = await alice!.call('listDevices')
      expect(
        devices.some((one) => one.deviceId === deviceId),
        'the device still there',
        devices,
      )
    },
  },
  'unknown-method': {
    promise: 'a method that is not there is said not to be',
    contract: '§4, XRPC',
    hint: '501 MethodNotImplemented',
    async run(stage) {
      const { status, error } = await stage.caller().attempt('getNothing')
      expectEqual([status, error], [501, 'MethodNotImplemented'], 'status and error')
    },
  },
  'change-nothing': {
    promise: 'an error changes nothing',
    contract: '§7',
    hint: 'check everything before the first write, in one transaction',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice, bob] = people
      const before = [await alice!.view(convoId), await alice!.log(convoId)]
      const change = await convos[0]!.group.commit({ remove: convos[0]!.leavesOf([bob!.did]) })
      const attempts: [string, object][] = [
        ['removeMembers', { convoId, change, didList: [] }],
        ['submitCommit', { convoId, change: { ...change, groupInfo: new Uint8Array(5) } }],
        ['updateConvo', { convoId, metadata: { name: 'x'.repeat(4_000) } }],
        ['setMemberRole', { convoId, did: bob!.did, role: 'emperor' }],
        ['setMemberRole', { convoId, did: 'did:web:nobody.invalid', role: 'admin' }],
        ['sendMessage', { convoId, msgId: 'x', epoch: 1, ciphertext: new Uint8Array(5) }],
        ['leaveConvo', { convoId, joinedSeq: 77 }],
      ]
      for (const [method, sent] of attempts) {
        const { error, status } = await alice!.caller.attempt(method, { sent })
        expect(error !== undefined && status < 500, `a refusal of ${method}`, status)
      }
      convos[0]!.group.drop()
      const after = [await alice!.view(convoId), await alice!.log(convoId)]
      expectEqual(after, before, 'view and log afterwards')
    },
  },
})

function invalid({ status, error, message, method }: Outcome, what: string): void {
  if (status === 400 && error === 'InvalidRequest') return
  throw new Finding(`${method}, ${what}: 400 InvalidRequest`, `${status} ${error} ${message ?? ''}`)
}
