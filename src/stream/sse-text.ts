import { stringifyLexJson } from '../lib/lex-json.js'

/** How long a client waits before it comes back, unless it knows better. */
const RETRY_MS = 3_000
const NSID = 'blue.catbird.mls.subscribeConvoEvents'

/** The first bytes of a stream. */
export const SSE_OPENING = Buffer.from(`retry: ${RETRY_MS}\n\n`)
export const SSE_KEEP_ALIVE = Buffer.from(': keep-alive\n\n')

/**
 * One event: `id` its cursor where it has one, `event` its name, `data` its JSON, with `$type` and with
 * bytes as `{"$bytes": …}`. JSON has no line breaks, so that one `data` line holds it.
 */
export function sseEvent(name: string, body: object): Buffer {
  const cursor = 'cursor' in body ? `id: ${String(body.cursor)}\n` : ''
  const data = stringifyLexJson({ $type: `${NSID}#${name}`, ...body })
  return Buffer.from(`${cursor}event: ${name}\ndata: ${data}\n\n`)
}

/**
 * How a stream ends with an error. Not named `error`: browsers would mix it up with their own event of
 * that name.
 */
export function sseError(error: string, message: string): Buffer {
  return Buffer.from(`event: streamError\ndata: ${JSON.stringify({ error, message })}\n\n`)
}
