import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js'
import { expect } from 'vitest'
import { chainHash, FIRST_PREVIOUS_HASH, sha256 } from '../../src/convo/hash-chain.js'
import { ENTRY_KIND } from '../../src/db/schema.js'
import type { Db } from '../../src/db/types.js'
import { hex, identityOf, readGroupInfo } from './mls/index.js'
import { replayRoster } from './replay-roster.js'

/**
 * What holds of a conversation whatever has happened to it: seqs from 1 without a gap, one commit for
 * each epoch of each generation, a chain of hashes that ends in the conversation's row, one event for
 * each entry and in its order, leaves that are those of the tree, and memberships that follow from the
 * commits. With `acknowledged`, all that was, is there once, where its answer said.
 */
export async function checkStanding(
  db: Db,
  convoId: string,
  acknowledged: ReadonlyMap<string, number> = new Map(),
): Promise<{ seq: number; id: string }[]> {
  const log = await readLog(db, convoId)
  await checkOrder(db, convoId, log)
  await checkEvents(db, convoId, log)
  await checkTree(db, convoId)
  await checkMembers(db, convoId, log)
  const stored = new Map(log.map(({ message_id, seq }) => [message_id, seq as number]))
  expect(stored.size).toBe(log.length)
  for (const [id, seq] of acknowledged) expect([id, stored.get(id)]).toEqual([id, seq])
  return log.map(({ seq, message_id }) => ({ seq, id: message_id }))
}

type Log = Awaited<ReturnType<typeof readLog>>

async function readLog(db: Db, convoId: string) {
  return db
    .selectFrom('messages')
    .selectAll()
    .where('convo_id', '=', convoId as never)
    .orderBy('seq')
    .execute()
}

async function readConvo(db: Db, convoId: string) {
  return db
    .selectFrom('conversations')
    .selectAll()
    .where('convo_id', '=', convoId as never)
    .executeTakeFirstOrThrow()
}

async function checkOrder(db: Db, convoId: string, log: Log): Promise<void> {
  const convo = await readConvo(db, convoId)
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
  expect(convo.last_seq).toBe(log.length)
  for (let generation = 0; generation <= convo.generation; generation++) {
    const commits = log.filter(
      (entry) => entry.kind === ENTRY_KIND.commit && entry.generation === generation,
    )
    expect(commits.map(({ epoch }) => epoch)).toEqual(commits.map((_, index) => index))
    if (generation === convo.generation) expect(convo.epoch).toBe(commits.length)
  }
  let previous: Uint8Array = FIRST_PREVIOUS_HASH
  for (const { seq, generation, epoch, kind, ciphertext, ...entry } of log) {
    const contentHash = ciphertext === null ? entry.content_hash : sha256(ciphertext)
    expect(hex(entry.previous_hash)).toBe(hex(previous))
    previous = chainHash(previous, { seq, generation, epoch, kind, contentHash })
    expect(hex(entry.hash)).toBe(hex(previous))
  }
  expect(hex(convo.hash)).toBe(hex(previous))
}

async function checkEvents(db: Db, convoId: string, log: Log): Promise<void> {
  const announced = await db
    .selectFrom('event_stream')
    .select('seq')
    .where('convo_id', '=', convoId as never)
    .where('kind', '=', 'message')
    .orderBy('xid')
    .orderBy('id')
    .execute()
  expect(announced.map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq))
}

/** The leaves are those of the verified GroupInfo, which is that of the conversation's epoch. */
async function checkTree(db: Db, convoId: string): Promise<void> {
  const convo = await readConvo(db, convoId)
  const state = await db
    .selectFrom('group_states')
    .selectAll()
    .where('convo_id', '=', convoId as never)
    .executeTakeFirstOrThrow()
  const groupInfo = readGroupInfo(state.group_info)
  const { groupId, epoch } = groupInfo.groupContext
  expect([hex(groupId), Number(epoch)]).toEqual([hex(convo.group_id), convo.epoch])
  expect([state.generation, state.epoch]).toEqual([convo.generation, convo.epoch])
  const inTree = ratchetTreeFromExtension(groupInfo)!.flatMap((node, at) =>
    node?.nodeType === 'leaf' ? [`${at / 2} ${identityOf(node.leaf.credential)}`] : [],
  )
  const rows = await db
    .selectFrom('leaves')
    .selectAll()
    .where('convo_id', '=', convoId as never)
    .orderBy('leaf_index')
    .execute()
  expect(rows.map((leaf) => `${leaf.leaf_index} ${leaf.did}#${leaf.device_id}`)).toEqual(inTree)
}

/**
 * A membership opens with the commit that gives the account a leaf; another's commit that takes its
 * last leaf ends it, unless that leaf was of a deleted device.
 */
async function checkMembers(db: Db, convoId: string, log: Log): Promise<void> {
  const groups = await db
    .selectFrom('groups')
    .select(['generation', 'created_by'])
    .where('convo_id', '=', convoId as never)
    .execute()
  const commits = log.filter(({ kind }) => kind === ENTRY_KIND.commit)
  const replay = replayRoster(commits, new Map(groups.map((g) => [g.generation, g.created_by])))
  if (replay === undefined) return
  const intervals = await db
    .selectFrom('members')
    .select(['did', 'joined_seq', 'left_seq'])
    .where('convo_id', '=', convoId as never)
    .execute()
  const deleted = await db
    .selectFrom('devices')
    .select(['did', 'device_id'])
    .where('deleted_at', 'is not', null)
    .execute()
  const names = new Set(deleted.map(({ did, device_id }) => `${did}#${device_id}`))
  const mayBeDeleted = (name: string) => names.has(name) || !name.includes('#')
  const holding = (did: string, ...seqs: number[]) =>
    intervals.some(
      (one) =>
        one.did === did &&
        seqs.every((seq) => one.joined_seq <= seq && seq <= (one.left_seq ?? Infinity)),
    )
  for (const { seq, did } of replay.gains)
    expect([seq, did, holding(did, seq)]).toEqual([seq, did, true])
  for (const { did, joined_seq } of intervals) {
    const founds = joined_seq === 1 && did === groups.find((g) => g.generation === 0)!.created_by
    const gained = replay.gains.some((gain) => gain.did === did && gain.seq === joined_seq)
    expect([did, joined_seq, founds || gained]).toEqual([did, joined_seq, true])
  }
  for (const { seq, did, leaves } of replay.losses) {
    const outlives = holding(did, seq, seq + 1)
    if (outlives) expect([did, leaves.some(mayBeDeleted)]).toEqual([did, true])
  }
}
