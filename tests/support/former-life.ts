import { sql } from 'kysely'
import { inTx } from '../../src/db/tx.js'
import type { Db } from '../../src/db/types.js'
import type { Did, DeviceId } from '../../src/lib/ids.js'
import { createOutbox } from '../../src/outbox/append.js'
import { checkCursor } from '../../src/outbox/check-cursor.js'
import { decodeCursor } from '../../src/outbox/cursor.js'
import { readEvents } from '../../src/outbox/read.js'

/** Which life a database lives, and the transactions that wrote its events. */
export interface Life {
  incarnation: string
  xids: Map<number, string>
}

export async function rememberLife(db: Db): Promise<Life> {
  const { incarnation } = await db
    .selectFrom('service_state')
    .select('incarnation')
    .executeTakeFirstOrThrow()
  const { rows } = await sql<{ id: number; xid: string }>`
    select id, xid::text as xid from event_stream`.execute(db)
  return { incarnation, xids: new Map(rows.map(({ id, xid }) => [id, xid])) }
}

/**
 * Makes of a restored database what a restore that begins no incarnation would have left, writes an
 * event, and answers what becomes of a reader with a cursor of the former life.
 */
export async function readAsFormerly(
  db: Db,
  life: Life,
  cursor: string,
): Promise<{ verdict: string; delivered: boolean }> {
  const { position } = decodeCursor(cursor)!
  const written = await inTx(db, async (tx) => {
    await tx.updateTable('service_state').set({ incarnation: life.incarnation }).execute()
    await tx
      .deleteFrom('event_stream')
      .where('id', 'not in', [...life.xids.keys()])
      .execute()
    await sql`
      update event_stream e set xid = former.xid::xid8
      from jsonb_to_recordset(${JSON.stringify([...life.xids].map(([id, xid]) => ({ id, xid })))})
        as former(id bigint, xid text)
      where former.id = e.id`.execute(tx)
    await createOutbox(() => {}).append(tx, [
      { kind: 'device', subject: NOBODY, deviceId: 'd' as DeviceId, action: 'registered' },
    ])
    const { rows } = await sql<{ id: number }>`
      select id from event_stream where xid = pg_current_xact_id() order by id desc limit 1`.execute(
      tx,
    )
    return rows[0]!.id
  })
  const { verdict } = await checkCursor(db, life.incarnation, {
    incarnation: life.incarnation,
    position,
  })
  const { events } = await readEvents(db, position, 10_000)
  return { verdict, delivered: events.some((event) => event.position.id === written) }
}

const NOBODY = 'did:web:nobody.test' as Did
