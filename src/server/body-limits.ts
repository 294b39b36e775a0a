import type { Lexicons, LexUserType } from '@atproto/lexicon'

/** Braces, whitespace of a pretty printer, fields that the lexicon does not know. */
const SLACK_BYTES = 4096
const SEPARATOR_BYTES = 64
const NUMBER_BYTES = 24
/** `\u0000`: what JSON may make of one byte of a string. */
const ESCAPE_FACTOR = 6
const DEPTH_MAX = 16

/**
 * The size of the largest JSON body that the lexicon of the procedure `nsid` allows, and a little;
 * 0 where it takes none. A body above it is refused before it is parsed.
 *
 * @throws {Error} when the lexicon leaves a size open: then there is no limit to hold anyone to.
 */
export function bodyLimit(lexicons: Lexicons, nsid: string): number {
  const method = lexicons.getDefOrThrow(nsid)
  if (method.type !== 'procedure' || !method.input?.schema) return 0
  return SLACK_BYTES + jsonBytes(lexicons, method.input.schema, nsid, 0)
}

function jsonBytes(lexicons: Lexicons, def: Def, path: string, depth: number): number {
  if (depth > DEPTH_MAX) throw new Error(`${path}: the lexicon is nested without an end`)
  switch (def.type) {
    case 'bytes':
      return SEPARATOR_BYTES + 4 * Math.ceil(bounded(def.maxLength, path) / 3)
    case 'string':
      return SEPARATOR_BYTES + ESCAPE_FACTOR * bounded(def.maxLength, path)
    case 'integer':
    case 'boolean':
      return NUMBER_BYTES
    case 'array': {
      const item = jsonBytes(lexicons, def.items, `${path}[]`, depth + 1)
      return SEPARATOR_BYTES + bounded(def.maxLength, path) * (item + SEPARATOR_BYTES)
    }
    case 'object':
      return Object.entries(def.properties).reduce(
        (sum, [name, property]) =>
          sum +
          name.length +
          SEPARATOR_BYTES +
          jsonBytes(lexicons, property, `${path}.${name}`, depth + 1),
        SEPARATOR_BYTES,
      )
    case 'ref':
      return jsonBytes(lexicons, lexicons.getDefOrThrow(def.ref) as Def, path, depth + 1)
    case 'union':
      return Math.max(
        ...def.refs.map((ref) =>
          jsonBytes(lexicons, lexicons.getDefOrThrow(ref) as Def, path, depth + 1),
        ),
      )
    case 'blob':
    case 'cid-link':
    case 'permission-set':
    case 'procedure':
    case 'query':
    case 'record':
    case 'subscription':
    case 'token':
    case 'unknown':
      throw new Error(`${path}: a body cannot have a field of type ${def.type}`)
  }
}

function bounded(maxLength: number | undefined, path: string): number {
  if (maxLength === undefined) throw new Error(`${path}: the lexicon gives no maxLength`)
  return maxLength
}

type Def = LexUserType | { type: 'ref'; ref: string } | { type: 'union'; refs: string[] }
