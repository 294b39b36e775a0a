/** Run the transaction again: it lost against another one, and nothing of it remains. */
export const TRANSIENT: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
])

/** Tell the caller to come again: the database is away, ending, full or too slow. */
export const UNAVAILABLE: ReadonlySet<string> = new Set([
  '08000', // connection_exception
  '08001', // sqlclient_unable_to_establish_sqlconnection
  '08003', // connection_does_not_exist
  '08004', // sqlserver_rejected_establishment_of_sqlconnection
  '08006', // connection_failure
  '08P01', // protocol_violation
  '25006', // read_only_sql_transaction (a standby, or a server that changes hands)
  '25P03', // idle_in_transaction_session_timeout
  '53000', // insufficient_resources
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled (statement_timeout)
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
])

/** The server is away, ending or full, whatever the statement. */
export function isDatabaseAway(error: unknown): boolean {
  return /^(?:08|25006|53|57P)/.test(sqlstateOf(error) ?? '')
}

export const UNIQUE_VIOLATION = '23505'
export const LOCK_NOT_AVAILABLE = '55P03'

/** Errors of the driver and of the socket have no SQLSTATE; they count as a lost connection. */
const CONNECTION_LOST = /^(?:ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)/
const DRIVER_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|PGlite is clos/

export function sqlstateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') {
    if (/^[0-9A-Z]{5}$/.test(code)) return code
    if (CONNECTION_LOST.test(code)) return '08006'
  }
  if (DRIVER_MESSAGE.test(error.message)) return '08006'
  return error.cause === undefined ? undefined : sqlstateOf(error.cause)
}
