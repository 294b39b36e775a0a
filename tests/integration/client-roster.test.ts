import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceTokens } from '../../packages/client/src/index.js'
import type { Auth, ClientEvent } from '../../packages/client/src/index.js'
import type { TestAccount } from '../support/plc.js'
import type { SdkClient } from '../support/sdk.js'
import { SdkStage, until } from '../support/sdk.js'
import { startService } from '../support/service.js'
import type { TestService } from '../support/service.js'

let service: TestService
let stage: SdkStage
beforeAll(async () => {
  service = await startService()
  stage = new SdkStage(service)
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

test.each<[string, (members: Member[]) => Member[], 'missing' | 'extra']>([
  [
    'invents a device',
    (members) => [...members.slice(1), withDevice(members[0]!, 'listening')],
    'extra',
  ],
  ['hides a member', (members) => members.slice(0, -1), 'missing'],
])('a service that %s is found out, and believed again when it stops', async (_what, lie, kind) => {
  const show: Show = { members: (members) => members }
  const [bob] = (await stage.online(1)) as [SdkClient]
  const account = await service.createAccount()
  const alice = await stage.open({ account, auth: lying(account, show) })
  await alice.mls.sync()
  const convo = await alice.mls.create({ people: [bob.did] })
  await bob.joined(convo.id)
  // Control: an honest answer is believed.
  await alice.mls.sync()
  expect(mismatches(alice.events)).toEqual([])
  expect(convo.rosterMismatch).toBeUndefined()

  show.members = lie
  await alice.mls.sync()
  await convo.updateKeys()
  expect(mismatches(alice.events)[0]?.[kind]).toHaveLength(1)
  expect(convo.rosterMismatch?.[kind]).toHaveLength(1)
  // What counts is the tree: nobody is in the group whom the service invents.
  expect(convo.devices).toHaveLength(2)

  show.members = (members) => members
  await alice.mls.sync()
  await convo.updateKeys()
  expect(convo.rosterMismatch).toBeUndefined()
})

test('leaves of those who left are removed by one commit, not by everybody', async () => {
  const commits = { sent: 0 }
  const clients = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const account = await service.createAccount()
      const auth = counting(account, commits)
      return stage.open({ account, auth, removalDelayMs: 20_000, keyPackages: 2 })
    }),
  )
  await Promise.all(clients.map((client) => client.start()))
  const [alice, leaver, ...others] = clients as [SdkClient, SdkClient, ...SdkClient[]]
  const people = [leaver, ...others].map(({ did }) => did)
  const { id } = await alice.mls.create({ people })
  const at = await Promise.all(clients.map((client) => client.joined(id)))
  const staying = at.filter((convo) => convo !== at[1])
  await until('all agree', () => new Set(at.map((one) => one.epochAuthenticator)).size === 1)
  const epoch = staying[0]!.epoch!
  commits.sent = 0
  await at[1]!.leave()
  await until('the leaf is gone everywhere', () =>
    staying.every(({ members }) => !members.includes(leaver.did)),
  )
  await until('all agree', () => new Set(staying.map((one) => one.epochAuthenticator)).size === 1)
  console.log(`${commits.sent} of ${staying.length} clients sent a commit`)
  expect(staying.map((convo) => convo.epoch)).toEqual(staying.map(() => epoch + 1))
  expect(commits.sent).toBeGreaterThan(0)
  expect(commits.sent).toBeLessThan(staying.length)
})

test('who leaves at the moment of being removed is out, and nobody is told of a fault', async () => {
  const account = await service.createAccount()
  const meanwhile: { work?: () => Promise<void> } = {}
  const plain = serviceTokens(account.did, (claims) => account.token(claims))
  const alice = await stage.open({
    account,
    auth: {
      ...plain,
      async fetch(call, address) {
        const { work } = meanwhile
        if (call.nsid.endsWith('.removeMembers')) {
          delete meanwhile.work
          await work?.()
        }
        return plain.fetch(call, address)
      },
    },
  })
  const [bob] = (await stage.online(1)) as [SdkClient]
  await alice.mls.sync()
  const convo = await alice.mls.create({ people: [bob.did] })
  const atBob = await bob.joined(convo.id)
  meanwhile.work = () => atBob.leave()
  await convo.remove(bob.did)
  expect(meanwhile.work).toBeUndefined()
  await convo.send('after him')
  expect(convo.members).toEqual([alice.did])
  expect(await bob.texts(convo.id)).toEqual([])
})

/** A service between this account and the real one, as far as members go. */
function lying(account: TestAccount, show: Show): Auth {
  const honest = serviceTokens(account.did, (claims) => account.token(claims))
  const told = (view: View): View => {
    const members = show.members(view.members)
    return { ...view, members, memberCount: members.length }
  }
  return {
    ...honest,
    async fetch(call, address) {
      const answer = await honest.fetch(call, address)
      if (!answer.ok || !/\.getConvos?$/.test(call.nsid)) return answer
      const body = (await answer.json()) as { convo?: View; conversations?: View[] }
      return Response.json({
        ...body,
        ...(body.convo && { convo: told(body.convo) }),
        ...(body.conversations && { conversations: body.conversations.map(told) }),
      })
    },
  }
}

function counting(account: TestAccount, commits: { sent: number }): Auth {
  const plain = serviceTokens(account.did, (claims) => account.token(claims))
  return {
    ...plain,
    fetch(call, address) {
      if (call.nsid.endsWith('.submitCommit')) commits.sent += 1
      return plain.fetch(call, address)
    },
  }
}

function withDevice(member: Member, deviceId: string): Member {
  return { ...member, devices: [...member.devices, { deviceId, leafIndex: 7 }] }
}

function mismatches(events: ClientEvent[]) {
  return events.filter((event) => event.type === 'rosterMismatch')
}

interface Show {
  members(members: Member[]): Member[]
}

interface View {
  members: Member[]
  memberCount: number
}

interface Member {
  did: string
  devices: { deviceId: string; leafIndex: number }[]
}
