import type { ReportView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { readPages } from '../api/pages.js'
import type { ConvoState } from './state.js'

/** Tells those who moderate the conversation; the one who is reported does not hear of it. */
export async function reportMember(
  { deps, convoId }: ConvoState,
  did: string,
  { category, messageIds }: ReportWish,
): Promise<string> {
  const { reportId } = await deps.service.call('reportMember', (mls, options) =>
    mls.reportMember({ convoId, did, category, ...(messageIds && { messageIds }) }, options),
  )
  return reportId
}

export async function listReports(
  { deps, convoId }: ConvoState,
  status: 'open' | 'resolved' | undefined,
): Promise<Report[]> {
  const reports = await readPages(async (page) => {
    const answer = await deps.service.call('getReports', (mls, options) =>
      mls.getReports({ convoId, limit: 100, ...(status && { status }), ...page }, options),
    )
    return { items: answer.reports, cursor: answer.cursor }
  })
  return reports.map(reportOf)
}

export async function resolveReport(
  { deps }: ConvoState,
  reportId: string,
  action: ReportAction,
  notes: string | undefined,
): Promise<Report> {
  const { report } = await deps.service.call('resolveReport', (mls, options) =>
    mls.resolveReport({ reportId, action, ...(notes !== undefined && { notes }) }, options),
  )
  return reportOf(report)
}

function reportOf(view: ReportView): Report {
  const { reportId, did, category, messageIds, status, createdAt } = view
  const { action, notes, resolvedBy, resolvedAt } = view
  return {
    reportId,
    did,
    category,
    messageIds,
    status,
    createdAt,
    ...(action !== undefined && { action }),
    ...(notes !== undefined && { notes }),
    ...(resolvedBy !== undefined && { resolvedBy }),
    ...(resolvedAt !== undefined && { resolvedAt }),
  }
}

/** What a report says. */
export interface ReportWish {
  category: ReportCategory
  /** `id` of the entries that it is about: those who moderate have read them, too. */
  messageIds?: string[]
}

/** What a member is reported for. */
export type ReportCategory =
  | 'spam'
  | 'harassment'
  | 'hate'
  | 'violence'
  | 'sexual'
  | 'childSafety'
  | 'selfHarm'
  | 'impersonation'
  | 'other'

/** What was done about a report. */
export type ReportAction = 'dismissed' | 'warned' | 'removed' | 'escalated'

/** A report about a member, as moderators see it: it does not say who made it. */
export interface Report {
  reportId: string
  /** Who is reported. */
  did: string
  category: string
  messageIds: string[]
  /** `open` or `resolved`. */
  status: string
  /** ISO 8601. */
  createdAt: string
  action?: string
  notes?: string
  resolvedBy?: string
  resolvedAt?: string
}
