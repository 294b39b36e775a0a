import type { LexiconDoc } from '@atproto/lexicon'

/** One schema inside a lexicon: anything that has a `type`, at its path (`main.input.didList.items`). */
export interface SchemaNode {
  /** `sendMessage#main.input.ciphertext`: the last part of the NSID, the definition, the fields. */
  path: string
  type: string
  schema: Record<string, unknown>
  /** Whether it is a field or parameter that has a name of its own (so not the items of an array). */
  isField: boolean
}

/** Every schema of a lexicon, the outer before the inner. */
export function* schemasOf(doc: LexiconDoc): Generator<SchemaNode> {
  const name = doc.id.split('.').at(-1)
  for (const [id, def] of Object.entries(doc.defs)) yield* inner(`${name}#${id}`, def, false)
}

function* inner(path: string, value: unknown, isField: boolean): Generator<SchemaNode> {
  if (!isRecord(value)) return
  if (typeof value.type === 'string') yield { path, type: value.type, schema: value, isField }
  for (const key of ['parameters', 'input', 'output', 'message', 'record']) {
    yield* inner(`${path}.${key}`, value[key], false)
  }
  yield* inner(path, value.schema, false)
  yield* inner(`${path}.items`, value.items, false)
  if (!isRecord(value.properties)) return
  for (const [field, schema] of Object.entries(value.properties)) {
    yield* inner(`${path}.${field}`, schema, true)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
