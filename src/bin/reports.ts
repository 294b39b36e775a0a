import { type Config, readConfig } from '../config/index.js'
import { openDatabase } from '../context/index.js'
import type { Db } from '../db/types.js'
import { createLogger } from '../logger.js'
import { DELETED_ACCOUNT } from '../lib/ids.js'
import { forwardReport } from '../moderation/forward.js'
import { closeInQueue, findReport, listQueue, noteForwarded } from '../moderation/queue.js'
import type { ReportRow } from '../moderation/report-row.js'
import { type Action, ACTIONS, type ReportStatus } from '../moderation/vocabulary.js'
import { databaseFault } from './database-fault.js'
import { CommandError } from './token.js'

const LIMIT_MAX = 1_000

export function listReports(options: { status: string; limit: string }): Promise<void> {
  const status = statusOf(options.status)
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new CommandError(`--limit must be a whole number from 1 to ${LIMIT_MAX}`)
  }
  return onDatabase(async (db) => {
    const reports = await listQueue(db, { status, limit })
    for (const report of reports) console.log(lineOf(report))
    if (reports.length === 0) console.log('no reports')
  })
}

export function showReport(reportId: string): Promise<void> {
  return onDatabase(async (db) => {
    console.log(JSON.stringify(shown(await requireReport(db, reportId)), null, 2))
  })
}

export function resolveReport(
  reportId: string,
  { action, notes }: { action: string; notes?: string },
): Promise<void> {
  if (!(ACTIONS as readonly string[]).includes(action)) {
    throw new CommandError(`--action must be one of ${ACTIONS.join(', ')}`)
  }
  return onDatabase(async (db) => {
    const noted = { action: action as Action, notes, now: new Date() }
    if (!(await closeInQueue(db, reportId, noted)))
      throw new CommandError('There is no such report')
    console.log('resolved')
  })
}

export function forward(
  reportId: string,
  { notes, again = false }: { notes?: string; again?: boolean },
): Promise<void> {
  return onDatabase(async (db, config) => {
    const service = moderationService(config)
    const report = await requireReport(db, reportId)
    if (report.subject === DELETED_ACCOUNT) {
      throw new CommandError('The account that was reported has been deleted')
    }
    if (report.forwarded_at && !again) {
      throw new CommandError(
        `It was forwarded to ${report.forwarded_to} on ${report.forwarded_at.toISOString()}; --again sends it once more`,
      )
    }
    await forwardReport(report, { ...service, notes })
    await noteForwarded(db, reportId, { to: service.did, now: new Date() })
    console.log(`forwarded to ${service.did}`)
  })
}

function moderationService({ moderation, secrets, service }: Config) {
  const { url, did } = moderation
  const { serviceSigningKey: signingKey } = secrets
  if (url === undefined || did === undefined || signingKey === undefined) {
    throw new CommandError(
      'Set MODERATION_SERVICE_URL, MODERATION_SERVICE_DID and SERVICE_SIGNING_KEY to forward reports',
    )
  }
  return { url, did, signingKey, serviceDid: service.did }
}

async function onDatabase(task: (db: Db, config: Config) => Promise<void>): Promise<void> {
  const config = readConfig(process.env)
  await run().catch(databaseFault)

  async function run() {
    await using database = await openDatabase(config, createLogger(config))
    await task(database.db, config)
  }
}

async function requireReport(db: Db, reportId: string): Promise<ReportRow> {
  const report = await findReport(db, reportId)
  if (report) return report
  throw new CommandError('There is no such report')
}

function statusOf(text: string): ReportStatus | undefined {
  if (text === 'all') return undefined
  if (text === 'open' || text === 'resolved') return text
  throw new CommandError('--status must be open, resolved or all')
}

function lineOf(report: ReportRow): string {
  const { report_id, created_at, category, subject, operator_status, forwarded_at } = report
  const state = forwarded_at ? `${operator_status}, forwarded` : operator_status
  return [report_id, created_at.toISOString(), category, subject, state].join('  ')
}

function shown(report: ReportRow) {
  const { encrypted_content, digest, report_number, ...rest } = report
  void digest
  void report_number
  return { ...rest, encrypted_content_bytes: encrypted_content?.length ?? 0 }
}
