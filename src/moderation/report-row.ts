import type { Selectable } from 'kysely'
import type { Schema } from '../db/schema.js'

export type ReportRow = Selectable<Schema['reports']>
