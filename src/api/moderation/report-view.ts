import type { ReportView } from '../../lexicon/types/blue/catbird/mls/defs.js'
import type { ReportRow } from '../../moderation/report-row.js'

/** `blue.catbird.mls.defs#reportView`: who reported is not for those who moderate, unless the content says. */
export function reportView(row: ReportRow): ReportView {
  return {
    reportId: row.report_id,
    convoId: row.convo_id,
    did: row.subject,
    category: row.category,
    ...(row.encrypted_content && { encryptedContent: row.encrypted_content }),
    messageIds: row.message_ids,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    ...(row.action !== null && { action: row.action }),
    ...(row.notes !== null && { notes: row.notes }),
    ...(row.resolved_by !== null && { resolvedBy: row.resolved_by }),
    ...(row.resolved_at && { resolvedAt: row.resolved_at.toISOString() }),
  }
}
