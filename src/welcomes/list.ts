import { type Selectable, sql } from 'kysely'
import type { Schema } from '../db/schema.js'
import type { Db } from '../db/types.js'
import { requireLiveDevice } from '../devices/live.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../lib/ids.js'
import { formatWelcomeCursor, parseWelcomeCursor } from './cursor.js'

/** Of Welcomes in a page; a page has one at least. As JSON that is 8 MiB, and a PDS passes ten. */
const PAGE_BYTES_MAX = 6 * 1024 * 1024

/** What waits for a device, the oldest first, in pages by a keyset: what ends in between shifts nothing. */
export async function listWelcomes(
  deps: { db: Db; clock(): Date },
  { did, deviceId, limit, cursor }: WelcomesQuery,
): Promise<{ welcomes: PendingWelcome[]; cursor?: string }> {
  const { db } = deps
  await requireLiveDevice(db, did, deviceId)
  const after = cursor === undefined ? undefined : parseWelcomeCursor(cursor)
  let pending = db
    .selectFrom('welcomes')
    .innerJoin('welcome_messages', (join) =>
      join
        .onRef('welcome_messages.convo_id', '=', 'welcomes.convo_id')
        .onRef('welcome_messages.seq', '=', 'welcomes.seq'),
    )
    .selectAll('welcomes')
    .select(sql<number>`octet_length(welcome)`.as('bytes'))
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .where('state', '=', 'pending')
    .where('expires_at', '>', deps.clock())
    .orderBy('created_at')
    .orderBy('welcome_id')
    .limit(limit + 1)
  if (after) {
    pending = pending.where(
      sql<boolean>`(created_at, welcome_id) > (${after.createdAt}, ${after.welcomeId})`,
    )
  }
  const rows = await pending.execute()
  const page = rows.slice(0, Math.min(limit, countWithin(rows, PAGE_BYTES_MAX)))
  const last = page.at(-1)
  return {
    welcomes: await withMessages(db, page),
    ...(last &&
      rows.length > page.length && {
        cursor: formatWelcomeCursor({ createdAt: last.created_at, welcomeId: last.welcome_id }),
      }),
  }
}

function countWithin(rows: readonly { bytes: number }[], max: number): number {
  let sum = 0
  const over = rows.findIndex(({ bytes }, index) => (sum += bytes) > max && index > 0)
  return over < 0 ? rows.length : over
}

/** The messages come by themselves: the database would read those beyond the page too. */
async function withMessages(db: Db, page: readonly WelcomeRow[]): Promise<PendingWelcome[]> {
  if (page.length === 0) return []
  const messages = await db
    .selectFrom('welcome_messages')
    .selectAll()
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('convo_id', 'seq'),
        'in',
        page.map(({ convo_id, seq }) => tuple(convo_id, seq)),
      ),
    )
    .execute()
  const byCommit = new Map(messages.map((row) => [`${row.convo_id} ${row.seq}`, row.welcome]))
  return page.flatMap((row) => {
    const welcome = byCommit.get(`${row.convo_id} ${row.seq}`)
    return welcome === undefined ? [] : [toPending(row, welcome)]
  })
}

function toPending(row: WelcomeRow, welcome: Uint8Array): PendingWelcome {
  return {
    welcomeId: row.welcome_id,
    convoId: row.convo_id,
    groupId: row.group_id,
    generation: row.generation,
    epoch: row.epoch,
    seq: row.seq,
    welcome,
    addedBy: row.added_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

type WelcomeRow = Selectable<Schema['welcomes']>

export interface WelcomesQuery {
  did: Did
  deviceId: DeviceId
  limit: number
  cursor?: string | undefined
}

export interface PendingWelcome {
  welcomeId: string
  convoId: ConvoId
  groupId: Uint8Array
  generation: number
  epoch: Epoch
  /** Of the commit that added the device. */
  seq: Seq
  /** MLSMessage with the Welcome. */
  welcome: Uint8Array
  addedBy: Did
  createdAt: Date
  expiresAt: Date
}
