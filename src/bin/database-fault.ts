import { sqlstateOf } from '../db/sqlstate.js'
import { CommandError } from './token.js'

/** A server that cannot be reached, or does not let us in, is the operator's to mend: one line. */
export function databaseFault(error: unknown): never {
  const state = sqlstateOf(error)
  const said = state && (error as Error).message
  const startsWith = (prefix: string) => state?.startsWith(prefix) === true
  if (startsWith('08') || startsWith('57') || state === '53300') {
    throw new CommandError('The database of DATABASE_URL cannot be reached', { cause: error })
  }
  if (startsWith('28') || startsWith('3D')) {
    throw new CommandError(`The database of DATABASE_URL refuses us: ${said}`, { cause: error })
  }
  throw error
}
