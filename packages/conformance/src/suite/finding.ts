import { type Outcome, Refused } from '../service/caller.js'

/** A promise of the contract that is not kept: what was expected, and what was seen instead. */
export class Finding extends Error {
  override readonly name = 'Finding'
  constructor(
    readonly expected: string,
    readonly seen: string,
  ) {
    super(`expected ${expected}; saw ${seen}`)
  }
}

/** The check says nothing about this service, or cannot be made on it. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable'
}

export function expect(condition: boolean, expected: string, seen: unknown): asserts condition {
  if (!condition) throw new Finding(expected, show(seen))
}

/** Equal as JSON, bytes as hex; the order of an object's fields does not matter. */
export function expectEqual(seen: unknown, wanted: unknown, what: string): void {
  const [s, w] = [JSON.stringify(sorted(seen)), JSON.stringify(sorted(wanted))]
  if (s !== w) throw new Finding(`${what}: ${show(wanted)}`, show(seen))
}

/** The call is refused with one of these errors; answers what came. */
export async function expectRefusal(
  call: Promise<unknown>,
  names: string | readonly string[],
  what: string,
): Promise<Outcome> {
  const wanted = [names].flat()
  const outcome = await outcomeOf(call)
  const expected = `${what}: ${wanted.join(' or ')}`
  if (outcome === undefined) throw new Finding(expected, 'it was accepted')
  if (!wanted.includes(outcome.error ?? '')) {
    throw new Finding(
      expected,
      `${outcome.status} ${outcome.error ?? 'success'} ${outcome.message ?? ''}`,
    )
  }
  return outcome
}

/** The error of a call that is refused; undefined if it is accepted. */
export async function outcomeOf(call: Promise<unknown>): Promise<Outcome | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.outcome
    throw error
  }
}

export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === '') return '“”'
  const text = typeof value === 'string' ? value : JSON.stringify(sorted(value))
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}

function sorted(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]))
}

const LONGEST_SHOWN = 600
