import { inTx } from '../db/tx.js'
import type { Db } from '../db/types.js'
import type { ReportRow } from './report-row.js'
import type { Action, ReportStatus } from './vocabulary.js'

/** The operators' queue: every report, whatever those who moderate the conversation did about it. */
export async function listQueue(
  db: Db,
  { status, limit }: { status: ReportStatus | undefined; limit: number },
): Promise<ReportRow[]> {
  let query = db.selectFrom('reports').selectAll().orderBy('report_number').limit(limit)
  if (status) query = query.where('operator_status', '=', status)
  return query.execute()
}

export async function findReport(db: Db, reportId: string): Promise<ReportRow | undefined> {
  return db.selectFrom('reports').selectAll().where('report_id', '=', reportId).executeTakeFirst()
}

/** Takes a report out of the operators' queue; again replaces what was noted. False: there is none. */
export async function closeInQueue(
  db: Db,
  reportId: string,
  { action, notes, now }: { action: Action; notes: string | undefined; now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await inTx(db, (tx) =>
    tx
      .updateTable('reports')
      .set({
        operator_status: 'resolved',
        operator_action: action,
        operator_notes: notes ?? null,
        operator_at: now,
      })
      .where('report_id', '=', reportId)
      .executeTakeFirstOrThrow(),
  )
  return numUpdatedRows > 0n
}

/** Notes where a report was sent. */
export async function noteForwarded(
  db: Db,
  reportId: string,
  { to, now }: { to: string; now: Date },
): Promise<void> {
  await inTx(db, (tx) =>
    tx
      .updateTable('reports')
      .set({ forwarded_to: to, forwarded_at: now })
      .where('report_id', '=', reportId)
      .execute(),
  )
}
