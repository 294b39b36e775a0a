import type { Position } from './position.js'

/**
 * A position as clients see it: opaque, and as a string in the stream's order for as long as the
 * database lives the same life. A restore begins another incarnation, in which it means nothing.
 */
export interface Cursor {
  /** 16 hex digits. */
  incarnation: string
  position: Position
}

/** So that another form can be told from this one. */
const FORM = 'a'
const CURSOR = /^a([0-9a-f]{16})([0-9a-f]{16})([0-9a-f]{16})$/
const HEX_CHARS = 16

export function encodeCursor(incarnation: string, { xid, id }: Position): string {
  return FORM + incarnation + hex(xid) + hex(id)
}

/** Undefined for anything that `encodeCursor` never made. */
export function decodeCursor(text: string): Cursor | undefined {
  const parts = CURSOR.exec(text)
  if (!parts) return undefined
  const id = Number.parseInt(parts[3]!, 16)
  if (!Number.isSafeInteger(id)) return undefined
  return { incarnation: parts[1]!, position: { xid: BigInt(`0x${parts[2]}`), id } }
}

function hex(value: bigint | number): string {
  return value.toString(16).padStart(HEX_CHARS, '0')
}
