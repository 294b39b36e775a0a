import type { LexiconDoc } from '@atproto/lexicon'

/**
 * How `after` breaks whoever has built on `before`, one line for each; empty: nothing does. The rules of
 * AT Protocol (Lexicon, "Lexicon Evolution"): data of the old schema is valid under the new one, and the
 * other way round, so fields stay, keep type and name, and new ones are optional. Limits of what clients
 * send may widen; other limits stay.
 */
export function breaksOf(before: LexiconDoc[], after: LexiconDoc[]): string[] {
  return before.flatMap((old) => {
    const doc = after.find(({ id }) => id === old.id)
    return doc ? breaksIn(old, doc) : [`${old.id}: the lexicon is gone`]
  })
}

function breaksIn(before: LexiconDoc, after: LexiconDoc): string[] {
  const defs = after.defs as Record<string, unknown>
  return Object.entries(before.defs).flatMap(([name, old]) => {
    const path = `${before.id}#${name}`
    return name in defs ? compare(path, old, defs[name]) : [`${path}: the definition is gone`]
  })
}

/** Two schemas at the same place; anything without a `type` of its own (a body, a list) included. */
function compare(path: string, before: unknown, after: unknown, widens = false): string[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  if (old.type !== now.type) return [`${path}: ${shown(old.type)} became ${shown(now.type)}`]
  return [
    ...FIXED.filter((key) => !same(old[key], now[key])).map(
      (key) => `${path}: ${key} was ${shown(old[key])} and is ${shown(now[key])}`,
    ),
    ...LIMITS.flatMap((limit) => moved(path, limit, old, now, widens)),
    ...requirements(path, old, now),
    ...properties(path, old, now, widens),
    ...shrunk(path, 'refs', old.refs, now.refs),
    ...shrunk(path, 'errors', errorNames(old), errorNames(now)),
    ...permissions(path, old, now),
    ...PARTS.flatMap((part) => parts(path, part, old, now, widens)),
  ]
}

/** What cannot change in either direction. */
const FIXED = ['ref', 'format', 'const', 'default', 'enum', 'encoding', 'closed', 'key', 'accept']

/** Each with the direction in which it gets narrower. */
const LIMITS = [
  { key: 'maxLength', narrower: -1 },
  { key: 'maxGraphemes', narrower: -1 },
  { key: 'maximum', narrower: -1 },
  { key: 'maxSize', narrower: -1 },
  { key: 'minLength', narrower: 1 },
  { key: 'minGraphemes', narrower: 1 },
  { key: 'minimum', narrower: 1 },
]

const PARTS = ['parameters', 'input', 'output', 'message', 'record', 'schema', 'items']
/** What clients send: a service that takes more breaks nobody. */
const SENT = new Set(['parameters', 'input'])

function moved(path: string, limit: Limit, old: Fields, now: Fields, widens: boolean): string[] {
  const { key, narrower } = limit
  // No limit is the widest of all.
  const none = narrower < 0 ? Infinity : -Infinity
  const [from, to] = [Number(old[key] ?? none), Number(now[key] ?? none)]
  if (from === to) return []
  const said = `${key} was ${shown(old[key])} and is ${shown(now[key])}`
  if (Math.sign(to - from) === narrower) return [`${path}: narrower, ${said}`]
  return widens ? [] : [`${path}: wider, ${said}: who has the old lexicon refuses what is new`]
}

function requirements(path: string, old: Fields, now: Fields): string[] {
  return ['required', 'nullable'].flatMap((key) => {
    const [before, after] = [listed(old[key]), listed(now[key])]
    return [
      ...after.filter((n) => !before.includes(n)).map((n) => `${path}.${n}: ${key} now`),
      ...before.filter((n) => !after.includes(n)).map((n) => `${path}.${n}: no longer ${key}`),
    ]
  })
}

function properties(path: string, old: Fields, now: Fields, widens: boolean): string[] {
  const after = fieldsOf(now.properties)
  return Object.entries(fieldsOf(old.properties)).flatMap(([name, schema]) =>
    name in after
      ? compare(`${path}.${name}`, schema, after[name], widens)
      : [`${path}.${name}: the field is gone`],
  )
}

function shrunk(path: string, what: string, before: unknown, after: unknown): string[] {
  const left = listed(after)
  return listed(before)
    .filter((name) => !left.includes(name))
    .map((name) => `${path}: ${what} lacks ${name}`)
}

/** Of a permission set: who was given it relies on what it names. */
function permissions(path: string, old: Fields, now: Fields): string[] {
  const names = ({ permissions }: Fields) =>
    (Array.isArray(permissions) ? permissions : [])
      .map(fieldsOf)
      .flatMap((permission) =>
        ['lxm', 'collection'].flatMap((key) =>
          listed(permission[key]).map((name) => `${String(permission.resource)} ${name}`),
        ),
      )
  return shrunk(path, 'permissions', names(old), names(now))
}

function parts(path: string, part: string, old: Fields, now: Fields, widens: boolean): string[] {
  const [before, after] = [old[part], now[part]]
  const inner = part === 'schema' ? path : `${path}.${part}`
  if (before === undefined && after === undefined) return []
  if (before === undefined) {
    return listed(fieldsOf(after).required).length > 0 || part !== 'parameters'
      ? [`${inner}: new`]
      : []
  }
  if (after === undefined) return [`${inner}: gone`]
  return compare(inner, before, after, widens || SENT.has(part))
}

function errorNames({ errors }: Fields): string[] {
  return (Array.isArray(errors) ? errors : []).map((error) => String(fieldsOf(error).name))
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function listed(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value)
}

type Fields = Record<string, unknown>
type Limit = (typeof LIMITS)[number]
