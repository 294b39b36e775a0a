import { ForbiddenError } from '../errors.js'

/** @throws {ForbiddenError} once nobody can join or write any more. */
export function requireOpen({ closed_at }: { closed_at: Date | null }): void {
  if (closed_at !== null) throw new ForbiddenError('The conversation is closed')
}
