/**
 * Where an event stands in the stream: the id of the transaction that wrote it, then its row. Events
 * become readable in this order, which within a conversation agrees with `seq`.
 */
export interface Position {
  readonly xid: bigint
  readonly id: number
}

/** Before every event. */
export const ORIGIN: Position = { xid: 0n, id: 0 }

/** Below zero if `a` comes first, above zero if `b` does. */
export function comparePositions(a: Position, b: Position): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1
  return a.id - b.id
}

export function positionOf({ xid, id }: { xid: string; id: number }): Position {
  return { xid: BigInt(xid), id }
}
