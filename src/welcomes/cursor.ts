import { InvalidCursorError } from '../errors.js'

/** The place of a welcome in the order (createdAt, welcomeId). */
export interface WelcomePlace {
  createdAt: Date
  welcomeId: string
}

const FORM = /^(\d{1,15})\.([0-9a-f]{32})$/

export function formatWelcomeCursor({ createdAt, welcomeId }: WelcomePlace): string {
  return Buffer.from(`${createdAt.getTime()}.${welcomeId}`).toString('base64url')
}

/** @throws {InvalidCursorError} for what `formatWelcomeCursor` did not make. */
export function parseWelcomeCursor(cursor: string): WelcomePlace {
  const [, createdAtMs, welcomeId] = FORM.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const place = { createdAt: new Date(Number(createdAtMs)), welcomeId: welcomeId ?? '' }
  if (createdAtMs === undefined || formatWelcomeCursor(place) !== cursor) {
    throw new InvalidCursorError('The cursor was not made by getWelcomes')
  }
  return place
}
