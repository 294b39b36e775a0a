import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { searchTables } from '../support/search-tables.js'

let stage: ConvoStage
let convoId: string
/** Admin, moderator, and two plain members. */
let alice: ClientDevice, mod: ClientDevice, bob: ClientDevice, carol: ClientDevice
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
beforeEach(async () => {
  const met = await stage.met(4)
  convoId = met.convoId
  ;[alice, mod, bob, carol] = met.people as [ClientDevice, ClientDevice, ClientDevice, ClientDevice]
  const promotion = { convoId, did: mod.did, role: 'moderator' }
  await alice.api.procedure('setMemberRole', promotion)
})

test('a report reaches those who moderate, and nobody else', async () => {
  const { msgId } = await carol.convo(convoId).send('bad words')
  const readers = [alice, mod, bob, carol]
  for (const reader of readers) await reader.connect()
  const encryptedContent = new Uint8Array([1, 2, 3])
  const input = {
    convoId,
    did: carol.did,
    category: 'harassment',
    encryptedContent,
    messageIds: [msgId],
  }
  const { reportId } = await bob.api.procedure('reportMember', input)
  expect(await stage.changesNothing(() => bob.api.procedure('reportMember', input))).toEqual({
    reportId,
  })
  const { seq } = await alice.convo(convoId).send('after it')
  for (const reader of readers) {
    await reader.stream!.untilSeq(convoId, seq)
    const told = reader.stream!.events.filter(({ type }) => type === 'reportEvent')
    const cursor = expect.any(String) as string
    const event = { type: 'reportEvent', cursor, convoId, reportId }
    expect(told).toEqual(reader === alice || reader === mod ? [event] : [])
  }
  for (const reader of [alice, mod]) {
    const { reports, cursor } = await reader.api.query('getReports', { convoId })
    expect(cursor).toBeUndefined()
    expect(reports).toEqual([
      {
        reportId,
        convoId,
        did: carol.did,
        category: 'harassment',
        encryptedContent,
        messageIds: [msgId],
        status: 'open',
        createdAt: expect.any(String) as string,
      },
    ])
    expect(JSON.stringify(reports)).not.toContain(bob.did)
  }
  await expect(bob.api.query('getReports', { convoId })).rejects.toMatchObject({
    error: 'NotAdmin',
  })
})

test('who moderates and is reported neither sees nor resolves it', async () => {
  await mod.connect()
  const { reportId } = await report(bob, mod)
  const other = await report(bob, carol)
  const heard = await mod.stream!.until(({ type }) => type === 'reportEvent')
  expect(heard).toMatchObject({ reportId: other.reportId })
  const { reports } = await mod.api.query('getReports', { convoId })
  expect(reports.map((one) => one.reportId)).toEqual([other.reportId])
  const resolution = { reportId, action: 'dismissed' }
  await stage.refuses(() => mod.api.procedure('resolveReport', resolution), 'ReportNotFound')
  const { report: resolved } = await alice.api.procedure('resolveReport', resolution)
  expect(resolved).toMatchObject({ reportId, status: 'resolved', resolvedBy: alice.did })
})

test('the first resolution stays, and the same again is the same answer', async () => {
  const { reportId } = await report(bob, carol)
  const resolution = { reportId, action: 'warned', notes: 'talked to her' }
  const answer = await mod.api.procedure('resolveReport', resolution)
  expect(answer.report).toMatchObject({ ...resolution, status: 'resolved', resolvedBy: mod.did })
  const again = () => alice.api.procedure('resolveReport', resolution)
  expect(await stage.changesNothing(again)).toEqual(answer)
  const otherwise = () => alice.api.procedure('resolveReport', { reportId, action: 'dismissed' })
  await stage.refuses(otherwise, 'InvalidRequest', /before, as warned/)
  const byMember = () => bob.api.procedure('resolveReport', resolution)
  await stage.refuses(byMember, 'NotAdmin')
  const outsider = await stage.device()
  await stage.refuses(() => outsider.api.procedure('resolveReport', resolution), 'ReportNotFound')
  const none = { reportId: '00', action: 'warned' }
  await stage.refuses(() => alice.api.procedure('resolveReport', none), 'ReportNotFound')

  // What comes after a resolution is a report of its own.
  expect((await report(bob, carol)).reportId).not.toBe(reportId)
  const open = await alice.api.query('getReports', { convoId, status: 'open' })
  const resolved = await alice.api.query('getReports', { convoId, status: 'resolved' })
  expect(open.reports).toHaveLength(1)
  expect(resolved.reports.map((one) => one.reportId)).toEqual([reportId])
})

test('pages follow each other', async () => {
  const ids: string[] = []
  for (const category of ['spam', 'hate', 'violence', 'other', 'sexual']) {
    ids.push((await report(bob, carol, { category })).reportId)
  }
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await alice.api.query('getReports', { convoId, limit: 2, cursor })
    expect(page.reports.length).toBeLessThanOrEqual(2)
    seen.push(...page.reports.map(({ reportId }) => reportId))
    cursor = page.cursor
  } while (cursor !== undefined)
  expect(seen).toEqual(ids)
  const bad = () => alice.api.query('getReports', { convoId, cursor: 'no' })
  await stage.refuses(bad, 'InvalidCursor')
  const status = () => alice.api.query('getReports', { convoId, status: 'half' })
  await stage.refuses(status, 'InvalidRequest', /open, resolved/)
})

test('who was in the conversation may report and be reported, for what it could read', async () => {
  const early = await alice.convo(convoId).send('early')
  await bob.api.procedure('leaveConvo', { convoId })
  const late = await alice.convo(convoId).send('late')
  await report(bob, alice, { messageIds: [early.msgId] })
  const unread = () => report(bob, alice, { messageIds: [early.msgId, late.msgId] })
  await stage.refuses(unread, 'InvalidRequest', /cannot read/)
  await report(carol, bob)
  await expect(bob.api.query('getReports', { convoId })).rejects.toMatchObject({
    error: 'NotMember',
  })

  const outsider = await stage.device()
  await stage.refuses(() => report(outsider, bob), 'ConvoNotFound')
  await stage.refuses(() => report(carol, outsider), 'InvalidRequest', /never was/)
  await stage.refuses(() => report(carol, carol), 'InvalidRequest', /oneself/)
  const category = () => report(carol, alice, { category: 'boring' })
  await stage.refuses(category, 'InvalidRequest', /category is one of/)
  const large = () => report(carol, alice, { encryptedContent: new Uint8Array(65_537) })
  await stage.refuses(large, 'TooLarge')
  const query = () => outsider.api.query('getReports', { convoId })
  await stage.refuses(query, 'ConvoNotFound')
})

test('reports of and about a deleted account name nobody, and stay', async () => {
  await report(bob, carol)
  await report(carol, bob)
  const { reportId } = await report(alice, carol, { category: 'hate' })
  await mod.api.procedure('resolveReport', { reportId, action: 'warned' })
  for (const each of [bob, carol, mod]) await each.api.procedure('deleteAccount')
  for (const each of [bob, carol, mod]) {
    const { text } = await searchTables(stage.db, each.did)
    expect(text.filter((column) => column.startsWith('reports.'))).toEqual([])
  }
  const { reports } = await alice.api.query('getReports', { convoId })
  const nobody = 'did:web:deleted.invalid'
  expect(reports).toMatchObject([
    { did: nobody, status: 'open' },
    { did: nobody, status: 'open' },
    { did: nobody, status: 'resolved', resolvedBy: nobody },
  ])
})

function report(by: ClientDevice, about: ClientDevice, rest: Partial<Details> = {}) {
  const input = { convoId, did: about.did, category: 'spam', ...rest }
  return by.api.procedure('reportMember', input)
}

interface Details {
  category: string
  encryptedContent: Uint8Array
  messageIds: string[]
}
