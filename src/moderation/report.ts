import { createHash, randomBytes } from 'node:crypto'
import { lockConvos } from '../convo/lock.js'
import { latestMembership, openMembers } from '../convo/members.js'
import { requireEverMember } from '../convo/read/standing.js'
import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import { InvalidRequestError } from '../errors.js'
import type { ConvoId, Did, Seq } from '../lib/ids.js'
import type { StreamEvent } from '../outbox/events.js'
import type { ModerationDeps } from './deps.js'
import { moderates } from './moderators.js'
import type { Category } from './vocabulary.js'

const REPORT_ID_BYTES = 16

/**
 * Reports one who is or was in the conversation, by one who is or was in it, to those who moderate it
 * and to the operators. While a report is open the same one again is no other.
 *
 * @throws {ConvoNotFoundError} for an outsider.
 * @throws {InvalidRequestError} for an account that never was in it, oneself, or messages that the
 * reporter could not read.
 */
export async function reportMember(deps: ModerationDeps, report: NewReport): Promise<string> {
  const { convoId, reporter, subject } = report
  if (reporter === subject) throw new InvalidRequestError('One cannot report oneself')
  return deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      await lockConvos(tx, [convoId])
      const own = requireEverMember(await latestMembership(tx, convoId, reporter))
      if (!(await latestMembership(tx, convoId, subject))) {
        throw new InvalidRequestError('The account that is reported never was in this conversation')
      }
      await requireReadable(tx, report)
      const reportId = await insert(tx, report, deps.clock())
      if (reportId === undefined) return openReport(tx, report)
      const { last_seq: seq } = await tx
        .selectFrom('conversations')
        .select('last_seq')
        .where('convo_id', '=', own.convo_id)
        .executeTakeFirstOrThrow()
      await deps.outbox.append(tx, await eventsFor(tx, report, reportId, seq))
      return reportId
    }),
  )
}

async function requireReadable(
  tx: Tx,
  { convoId, reporter, messageIds }: NewReport,
): Promise<void> {
  const ids = [...new Set(messageIds)]
  if (ids.length === 0) return
  const rows = await tx
    .selectFrom('messages')
    .innerJoin('members', 'members.convo_id', 'messages.convo_id')
    .select('messages.message_id')
    .distinct()
    .where('messages.convo_id', '=', convoId)
    .where('messages.message_id', 'in', ids)
    .where('members.did', '=', reporter)
    .whereRef('members.joined_seq', '<=', 'messages.seq')
    .where((eb) =>
      eb.or([
        eb('members.left_seq', 'is', null),
        eb('members.left_seq', '>=', eb.ref('messages.seq')),
      ]),
    )
    .execute()
  if (rows.length < ids.length) {
    throw new InvalidRequestError('messageIds names a message that the account cannot read here')
  }
}

/** Undefined where the same report is open already. */
async function insert(tx: Tx, report: NewReport, now: Date): Promise<string | undefined> {
  const row = await tx
    .insertInto('reports')
    .values({
      report_id: randomBytes(REPORT_ID_BYTES).toString('hex'),
      convo_id: report.convoId,
      reporter: report.reporter,
      subject: report.subject,
      category: report.category,
      encrypted_content: report.encryptedContent ?? null,
      message_ids: JSON.stringify(report.messageIds),
      digest: digestOf(report),
      created_at: now,
    })
    .onConflict((oc) => oc.columns(['convo_id', 'digest']).where('status', '=', 'open').doNothing())
    .returning('report_id')
    .executeTakeFirst()
  return row?.report_id
}

async function openReport(tx: Tx, report: NewReport): Promise<string> {
  const { report_id } = await tx
    .selectFrom('reports')
    .select('report_id')
    .where('convo_id', '=', report.convoId)
    .where('digest', '=', digestOf(report))
    .where('status', '=', 'open')
    .executeTakeFirstOrThrow()
  return report_id
}

/** One for each of those who moderate now: nobody else hears of it, least of all who is reported. */
async function eventsFor(
  tx: Tx,
  { convoId, subject }: NewReport,
  reportId: string,
  seq: Seq,
): Promise<StreamEvent[]> {
  const members = await openMembers(tx, convoId)
  return members
    .filter(({ did, role }) => moderates(role) && did !== subject)
    .map(({ did }) => ({ kind: 'report', convoId, did, reportId, seq }))
}

function digestOf(report: NewReport): Uint8Array {
  const { reporter, subject, category, encryptedContent, messageIds } = report
  const digest = createHash('sha256')
  digest.update(JSON.stringify([reporter, subject, category, messageIds]))
  if (encryptedContent) digest.update(encryptedContent)
  return digest.digest()
}

export interface NewReport {
  convoId: ConvoId
  reporter: Did
  subject: Did
  category: Category
  /** Encrypted by the reporter for those who moderate. */
  encryptedContent?: Uint8Array | undefined
  messageIds: readonly string[]
}
