import { formatPageCursor, parsePageCursor } from '../convo/read/page-cursor.js'
import type { Db } from '../db/types.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { requireModerator } from './moderators.js'
import type { ReportRow } from './report-row.js'
import type { ReportStatus } from './vocabulary.js'

/**
 * A page of the reports in a conversation, the oldest first, without those about the caller.
 *
 * @throws {ConvoNotFoundError}, {NotMemberError}, {NotAdminError}, {InvalidCursorError}
 */
export async function listReports(
  { db }: { db: Db },
  { convoId, caller, status, limit, cursor }: ReportsQuery,
): Promise<{ reports: ReportRow[]; cursor?: string }> {
  const [after] = cursor === undefined ? [0] : parsePageCursor(cursor, 1)
  await requireModerator(db, convoId, caller)
  let query = db
    .selectFrom('reports')
    .selectAll()
    .where('convo_id', '=', convoId)
    .where('subject', '<>', caller)
    .where('report_number', '>', after!)
    .orderBy('report_number')
    .limit(limit + 1)
  if (status) query = query.where('status', '=', status)
  const rows = await query.execute()
  const reports = rows.slice(0, limit)
  const last = reports.at(-1)
  return {
    reports,
    ...(last && rows.length > limit && { cursor: formatPageCursor(last.report_number) }),
  }
}

export interface ReportsQuery {
  convoId: ConvoId
  caller: Did
  status?: ReportStatus | undefined
  limit: number
  cursor?: string | undefined
}
