import { createHmac, randomBytes } from 'node:crypto'
import { type DestinationStream, type LogFn, type Logger, pino } from 'pino'
import { PinoPretty as pretty } from 'pino-pretty'
import type { Config } from './config/index.js'

export type { Logger } from 'pino'

const TAG_HEX_CHARS = 12
const FRAMES_KEPT = 12
/** Nobody can link the tags of two runs, or find a DID by trying all that are known. */
const tagKey = randomBytes(32)

/** All that a line may have beside its words; none of them holds what somebody sent. */
export const LOG_FIELDS: ReadonlySet<string> = new Set([
  'account', // a tag
  'err',
  'error', // its name
  'job',
  'method',
  'migrations',
  'ms',
  'platform', // of pushes
  'policy', // of Redis
  'request', // our own id of it
  'rows',
  'status',
  'worker', // its number
])

/**
 * The process's log: one JSON object a line on standard output, or readable lines where a developer
 * looks at it. At `info` and above a line carries no token, ciphertext, DID, conversation id,
 * message id, cursor or address: name what happened, and correlate with `tag`. A field that is not in
 * `LOG_FIELDS` is left out, and named; what comes from an error goes through `faultFields`.
 */
export function createLogger(config: Config, destination?: DestinationStream): Logger {
  const options = {
    level: config.service.logLevel,
    base: null,
    formatters: { log: allowedFields },
    serializers: { err: faultFields },
    hooks: { logMethod: sayWithoutQuoting },
  }
  if (config.mode === 'development' && !destination && process.stdout.isTTY) {
    return pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' }))
  }
  return pino(
    { ...options, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination({ fd: process.stdout.fd, sync: true }),
  )
}

/** A stand-in for an id in log lines: the same id has the same tag while this process lives. */
export function tag(id: string): string {
  return createHmac('sha256', tagKey).update(id).digest('hex').slice(0, TAG_HEX_CHARS)
}

/**
 * What may be logged of an error. Messages of databases, parsers and resolvers quote what they were
 * given, so only plain words of them are kept; SQLSTATE, constraint and stack frames are code's own.
 */
export function faultFields(error: unknown): FaultFields {
  if (!(error instanceof Error)) return { type: typeof error, message: '' }
  const { code, constraint, table } = { ...error } as Record<string, unknown>
  return {
    type: error.constructor.name,
    message: plainWords(error.message),
    ...(isIdentifier(code) && { code }),
    ...(isIdentifier(constraint) && { constraint }),
    ...(isIdentifier(table) && { table }),
    frames: framesOf(error),
    ...(error.cause instanceof Error && { cause: faultFields(error.cause) }),
  }
}

/** An id has a digit, a colon inside, or is longer than a word: `…` stands for each such token. */
export function plainWords(text: string): string {
  return text
    .split(/\s+/)
    .map((token) => (/^[A-Za-z_'"`(),.;-]{1,24}:?$/.test(token) ? token : '…'))
    .join(' ')
}

/** Without words of its own a line would get those of its error, as they are. */
function sayWithoutQuoting(this: Logger, args: LogArguments, write: LogFn): void {
  if (typeof args[0] === 'object' && args.length === 1) write.call(this, args[0], 'a fault')
  else write.apply(this, args)
}

type LogArguments = Parameters<LogFn>

function allowedFields(fields: Record<string, unknown>): Record<string, unknown> {
  const dropped = Object.keys(fields).filter((name) => !LOG_FIELDS.has(name))
  if (dropped.length === 0) return fields
  const kept = Object.entries(fields).filter(([name]) => LOG_FIELDS.has(name))
  return { ...Object.fromEntries(kept), dropped }
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_]{1,63}$/.test(value)
}

function framesOf(error: Error): string[] {
  const lines = error.stack?.split('\n') ?? []
  const frames = lines.filter((line) => /^ {4}at /.test(line)).map((line) => line.trim())
  return frames.slice(0, FRAMES_KEPT)
}

export interface FaultFields {
  type: string
  message: string
  code?: string
  constraint?: string
  table?: string
  frames?: string[]
  cause?: FaultFields
}
