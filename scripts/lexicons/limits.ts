import type { LexiconDoc } from '@atproto/lexicon'
import { LARGE_BYTES } from './large-bytes.js'
import { schemasOf, type SchemaNode } from './walk.js'

/** Above this, bytes in JSON are a decision that `large-bytes.ts` gives the reason for. */
const LARGE_BYTES_OVER = 20 * 1024

/** Every string, byte string, array and integer has its bounds, and vocabularies stay open. */
export function checkLimits(docs: LexiconDoc[], largeBytes = LARGE_BYTES): string[] {
  const nodes = docs.flatMap((doc) => [...schemasOf(doc)])
  const large = nodes.filter(isLarge).map((node) => node.path)
  return [
    ...nodes.flatMap((node) => missingBounds(node).map((what) => `${node.path}: ${what}`)),
    ...large
      .filter((path) => !(path in largeBytes))
      .map((path) => `${path}: over 20 KiB of bytes without a reason in large-bytes.ts`),
    ...Object.keys(largeBytes)
      .filter((path) => !large.includes(path))
      .map((path) => `${path}: listed in large-bytes.ts, but no such field is over 20 KiB`),
  ]
}

function missingBounds({ type, schema }: SchemaNode): string[] {
  const lacks = (...keys: string[]) =>
    keys.filter((key) => typeof schema[key] !== 'number').map((key) => `${type} without ${key}`)
  switch (type) {
    case 'string':
      return [...lacks('maxLength'), ...('enum' in schema ? ['enum: knownValues stay open'] : [])]
    case 'bytes':
    case 'array':
      return lacks('maxLength')
    case 'integer':
      return lacks('minimum', 'maximum')
    case 'blob':
      return lacks('maxSize')
    case 'union':
      return schema.closed === true ? ['closed union'] : []
    case 'unknown':
      return ['unknown has no bounds']
    default:
      return []
  }
}

function isLarge({ type, schema }: SchemaNode): boolean {
  return (
    type === 'bytes' && typeof schema.maxLength === 'number' && schema.maxLength > LARGE_BYTES_OVER
  )
}
