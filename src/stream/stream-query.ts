import type { IncomingMessage } from 'node:http'
import { InvalidCursorError, InvalidRequestError } from '../errors.js'
import { type ConvoId, parseConvoId } from '../lib/ids.js'
import { type Cursor, decodeCursor } from '../outbox/cursor.js'

export interface StreamQuery {
  cursor: Cursor | undefined
  convoId: ConvoId | undefined
}

/**
 * What a request for a stream asks for. `Last-Event-ID` goes before `cursor`: a browser that comes back
 * sends both, and the header is the newer one.
 *
 * @throws {InvalidCursorError}
 * @throws {InvalidRequestError}
 */
export function parseStreamQuery(req: IncomingMessage): StreamQuery {
  const start = req.url?.indexOf('?') ?? -1
  const params = new URLSearchParams(start < 0 ? '' : req.url!.slice(start))
  const lastEventId = req.headers['last-event-id']
  const cursor = lastEventId === undefined ? single(params, 'cursor') : String(lastEventId)
  const convoId = single(params, 'convoId')
  single(params, 'ticket')
  return {
    cursor: cursor === undefined || cursor === '' ? undefined : cursorOf(cursor),
    convoId: convoId === undefined ? undefined : convoIdOf(convoId),
  }
}

function single(params: URLSearchParams, name: string): string | undefined {
  const values = params.getAll(name)
  if (values.length <= 1) return values[0]
  throw new InvalidRequestError(`${name} may be given once`)
}

function cursorOf(text: string): Cursor {
  const cursor = decodeCursor(text)
  if (cursor) return cursor
  throw new InvalidCursorError('cursor is not one that this stream gave out')
}

function convoIdOf(text: string): ConvoId {
  const convoId = parseConvoId(text)
  if (convoId) return convoId
  throw new InvalidRequestError('convoId is the lowercase hex of 16 to 64 bytes')
}
