import type { LexiconDoc } from '@atproto/lexicon'
import { schemasOf, type SchemaNode } from './walk.js'

/** What a schema says is known by the specification, and does not contradict itself. */
export function checkSense(docs: LexiconDoc[]): string[] {
  return docs
    .flatMap((doc) => [...schemasOf(doc)])
    .flatMap((node) =>
      [...unknownKeys(node), ...contradictions(node), ...unknownFields(node)].map(
        (what) => `${node.path}: ${what}`,
      ),
    )
}

/** A misspelt limit limits nothing. */
function unknownKeys({ type, schema }: SchemaNode): string[] {
  const known = KEYS[type]
  if (!known) return []
  return Object.keys(schema)
    .filter((key) => !COMMON.includes(key) && !known.includes(key))
    .map((key) => `${key} means nothing for ${type}`)
}

function contradictions({ schema }: SchemaNode): string[] {
  const { default: value } = schema
  return PAIRS.filter(([low, high]) => isAbove(schema[low], schema[high]))
    .map(([low, high]) => `${low} is above ${high}`)
    .concat(isAbove(value, schema.maximum) ? ['default is above maximum'] : [])
    .concat(isAbove(schema.minimum, value) ? ['default is below minimum'] : [])
}

function unknownFields({ schema }: SchemaNode): string[] {
  const fields = Object.keys((schema.properties as object | undefined) ?? {})
  return ['required', 'nullable'].flatMap((key) =>
    ((schema[key] as string[] | undefined) ?? [])
      .filter((field) => !fields.includes(field))
      .map((field) => `${key} names ${field}, which is no field`),
  )
}

function isAbove(low: unknown, high: unknown): boolean {
  return typeof low === 'number' && typeof high === 'number' && low > high
}

const COMMON = ['type', 'description']
const STRING = ['minLength', 'maxLength', 'minGraphemes', 'maxGraphemes', 'default', 'const']
/** By the specification of the lexicon language, https://atproto.com/specs/lexicon. */
const KEYS: Record<string, string[]> = {
  array: ['items', 'minLength', 'maxLength'],
  blob: ['accept', 'maxSize'],
  boolean: ['default', 'const'],
  bytes: ['minLength', 'maxLength'],
  integer: ['minimum', 'maximum', 'enum', 'default', 'const'],
  object: ['properties', 'required', 'nullable'],
  params: ['properties', 'required'],
  procedure: ['parameters', 'input', 'output', 'errors'],
  query: ['parameters', 'output', 'errors'],
  record: ['key', 'record'],
  ref: ['ref'],
  string: [...STRING, 'format', 'enum', 'knownValues'],
  subscription: ['parameters', 'message', 'errors'],
  token: [],
  union: ['refs', 'closed'],
}
const PAIRS = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minGraphemes', 'maxGraphemes'],
] as const
