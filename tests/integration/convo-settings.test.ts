import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

const ENCRYPTED_METADATA_MAX_BYTES = 8 * 1024

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice, carol: ClientDevice
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
/** Alice is admin, Bob and Carol are members. */
beforeEach(async () => {
  const met = await stage.met(3)
  convoId = met.convoId
  ;[alice, bob, carol] = met.people as [ClientDevice, ClientDevice, ClientDevice]
})

describe('setMemberRole', () => {
  test('changes a role, announces it, and does so once', async () => {
    const { member } = await setRole(alice, bob.did, 'moderator')
    expect(member).toMatchObject({ did: bob.did, role: 'moderator', joinedSeq: 1 })
    expect((await stage.announced(convoId)).at(-1)).toMatchObject({
      kind: 'membershipChange',
      action: 'roleChanged',
      role: 'moderator',
    })
    const again = await stage.changesNothing(() => setRole(alice, bob.did, 'moderator'))
    expect(again.member).toEqual(member)
  })

  test.each(['member', 'moderator'])('is refused to a %s', async (role) => {
    await setRole(alice, bob.did, role)
    for (const did of [alice.did, bob.did, carol.did]) {
      await stage.refuses(() => setRole(bob, did, 'admin'), 'NotAdmin')
    }
  })

  test('keeps the last admin, and lets one of two go', async () => {
    for (const role of ['member', 'moderator']) {
      await stage.refuses(() => setRole(alice, alice.did, role), 'Forbidden', /last admin/)
    }
    await setRole(alice, bob.did, 'admin')
    await setRole(alice, alice.did, 'member')
    await stage.refuses(() => setRole(bob, bob.did, 'member'), 'Forbidden', /last admin/)
    await stage.refuses(() => setRole(alice, carol.did, 'admin'), 'NotAdmin')
  })

  test('of two admins that demote each other at once, one stays', async () => {
    await setRole(alice, bob.did, 'admin')
    const outcomes = await Promise.allSettled([
      setRole(alice, bob.did, 'member'),
      setRole(bob, alice.did, 'member'),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const roles = (await stage.roster(convoId)).members.map(({ role }) => role)
    expect(roles.filter((role) => role === 'admin')).toHaveLength(1)
  })

  test('refuses a stranger as its target and as its caller, and an unknown role', async () => {
    const stranger = await stage.device()
    await stage.refuses(() => setRole(alice, stranger.did, 'admin'), 'InvalidRequest')
    await stage.refuses(() => setRole(stranger, bob.did, 'admin'), 'ConvoNotFound')
    await stage.refuses(() => setRole(alice, bob.did, 'owner'), 'InvalidRequest')
    await bob.api.procedure('leaveConvo', { convoId })
    await stage.refuses(() => setRole(bob, carol.did, 'admin'), 'NotMember')
    await stage.refuses(() => setRole(alice, bob.did, 'admin'), 'InvalidRequest')
  })
})

describe('updateConvo', () => {
  const whole = {
    metadata: { name: 'Garden', description: 'Rows and beds' },
    encryptedMetadata: Uint8Array.of(1, 2, 3),
    policy: { whoCanAdd: 'admin', maxMembers: 5 },
  }

  test('changes what is given, leaves the rest, and announces it once', async () => {
    const { convo } = await update(alice, whole)
    expect(convo).toMatchObject(whole)
    const again = await stage.changesNothing(() => update(alice, whole))
    expect(again.convo).toEqual(convo)
    const renamed = await update(alice, { metadata: { name: 'Orchard' } })
    expect(renamed.convo).toMatchObject({ ...whole, metadata: { name: 'Orchard' } })
    expect(renamed.convo.metadata).toEqual({ name: 'Orchard' })
    const updates = (await stage.announced(convoId)).filter(({ action }) => action === 'updated')
    expect(updates).toHaveLength(2)
  })

  test.each(['member', 'moderator'])('is refused to a %s', async (role) => {
    await setRole(alice, bob.did, role)
    for (const [name, value] of Object.entries(whole)) {
      await stage.refuses(() => update(bob, { [name]: value }), 'NotAdmin')
    }
  })

  test.each<[string, Settings, error?: string]>([
    ['a name of 129 graphemes', { metadata: { name: '𝒳'.repeat(129) } }],
    ['a description of 1001 graphemes', { metadata: { description: 'x'.repeat(1001) } }],
    [
      'too much encrypted',
      { encryptedMetadata: new Uint8Array(ENCRYPTED_METADATA_MAX_BYTES + 1) },
      'TooLarge',
    ],
    ['an unknown policy', { policy: { whoCanAdd: 'everybody' } }],
    ['no room for anyone', { policy: { whoCanAdd: 'member', maxMembers: 0 } }],
  ])('refuses %s', async (_what, settings, error = 'InvalidRequest') => {
    await stage.refuses(() => update(alice, settings), error)
  })

  test('takes what is exactly at the limits', async () => {
    const settings = {
      metadata: { name: '𝒳'.repeat(128), description: 'x'.repeat(1000) },
      encryptedMetadata: new Uint8Array(ENCRYPTED_METADATA_MAX_BYTES),
    }
    expect((await update(alice, settings)).convo).toMatchObject(settings)
  })

  test('knows nobody outside, and no former member', async () => {
    const stranger = await stage.device()
    await stage.refuses(() => update(stranger, whole), 'ConvoNotFound')
    await bob.api.procedure('leaveConvo', { convoId })
    await stage.refuses(() => update(bob, whole), 'NotMember')
  })
})

type Settings = Parameters<typeof update>[1]

function setRole(who: ClientDevice, did: string, role: string) {
  return who.api.procedure('setMemberRole', { convoId, did, role })
}

function update(
  who: ClientDevice,
  settings: {
    metadata?: { name?: string; description?: string }
    encryptedMetadata?: Uint8Array
    policy?: { whoCanAdd: string; maxMembers?: number }
  },
) {
  return who.api.procedure('updateConvo', { convoId, ...settings })
}
