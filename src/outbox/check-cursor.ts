import type { Queryable } from '../db/types.js'
import type { Cursor } from './cursor.js'
import { comparePositions, type Position } from './position.js'
import { readNewest, readOldest } from './read.js'

/**
 * Where the stream goes on after `cursor`: there (`kept`), where what is kept begins (`outdated`), or
 * nowhere (`future`).
 *
 * @NOTE Whoever has seen an event leaves it below the newest one that can be read now, on every process
 * of one database. So a cursor beyond that was never given out, or its event is lost: to go on from
 * there would skip what comes before it.
 */
export async function checkCursor(
  q: Queryable,
  incarnation: string,
  cursor: Cursor,
): Promise<CursorVerdict> {
  const newest = await readNewest(q)
  const oldest = await readOldest(q)
  if (cursor.incarnation !== incarnation) return { verdict: 'outdated', oldest }
  if (newest && comparePositions(cursor.position, newest) > 0) return { verdict: 'future' }
  if (!oldest || comparePositions(cursor.position, oldest) < 0) {
    return { verdict: 'outdated', oldest }
  }
  return { verdict: 'kept', oldest }
}

export type CursorVerdict =
  | { verdict: 'kept'; oldest: Position }
  /** `oldest` is undefined where nothing is kept. */
  | { verdict: 'outdated'; oldest: Position | undefined }
  | { verdict: 'future' }
