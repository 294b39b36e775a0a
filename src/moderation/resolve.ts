import { latestMembership } from '../convo/members.js'
import { inTx } from '../db/tx.js'
import type { Db, Tx } from '../db/types.js'
import { InvalidRequestError, NotAdminError, ReportNotFoundError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import { moderates } from './moderators.js'
import type { ReportRow } from './report-row.js'
import type { Action } from './vocabulary.js'

/**
 * Notes what those who moderate did about a report. The first resolution stays; the same again is the
 * same answer. The operators' queue is another.
 *
 * @throws {ReportNotFoundError} also for who is reported, and for who is not in the conversation.
 * @throws {NotAdminError} for a plain member.
 * @throws {InvalidRequestError} where it was resolved otherwise before.
 */
export async function resolveReport(
  deps: { db: Db; clock(): Date },
  { reportId, caller, action, ...rest }: Resolution,
): Promise<ReportRow> {
  const notes = rest.notes ?? null
  return inTx(deps.db, async (tx) => {
    const report = await lockedReport(tx, reportId)
    await requireRight(tx, report, caller)
    if (report.status === 'resolved') {
      if (report.action === action && report.notes === notes) return report
      throw new InvalidRequestError(`The report was resolved before, as ${report.action}`)
    }
    return tx
      .updateTable('reports')
      .set({
        status: 'resolved',
        action,
        notes,
        resolved_by: caller,
        resolved_at: deps.clock(),
      })
      .where('report_id', '=', reportId)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

async function lockedReport(tx: Tx, reportId: string): Promise<ReportRow> {
  const report = await tx
    .selectFrom('reports')
    .selectAll()
    .where('report_id', '=', reportId)
    .forUpdate()
    .executeTakeFirst()
  if (report) return report
  throw notFound()
}

async function requireRight(tx: Tx, report: ReportRow, caller: Did): Promise<void> {
  const member = await latestMembership(tx, report.convo_id, caller)
  if (!member || member.left_at !== null || report.subject === caller) throw notFound()
  if (moderates(member.role)) return
  throw new NotAdminError('Reports are for the admins and moderators of a conversation')
}

function notFound(): ReportNotFoundError {
  return new ReportNotFoundError('There is no such report')
}

export interface Resolution {
  reportId: string
  caller: Did
  action: Action
  notes?: string | undefined
}
