import type { LexiconDoc } from '@atproto/lexicon'
import { schemasOf, type SchemaNode } from './walk.js'

/** Every reference leads to a definition, and every shared definition is referred to. */
export function checkRefs(docs: LexiconDoc[]): string[] {
  const defined = new Set(docs.flatMap((doc) => Object.keys(doc.defs).map((id) => uri(doc, id))))
  const refs = docs.flatMap((doc) =>
    [...schemasOf(doc)].flatMap((node) =>
      targets(node).map((ref) => ({ from: node.path, to: absolute(doc, ref) })),
    ),
  )
  const used = new Set(refs.map((ref) => ref.to))
  return [
    ...refs
      .filter(({ to }) => !defined.has(to))
      .map(({ from, to }) => `${from}: dangling ref ${to}`),
    ...[...defined]
      .filter((def) => !def.endsWith('#main') && !used.has(def))
      .map((def) => `${def}: nothing refers to it`),
  ]
}

function targets({ type, schema }: SchemaNode): string[] {
  if (type === 'ref') return [String(schema.ref)]
  if (type === 'union') return (schema.refs as unknown[]).map(String)
  return []
}

function absolute(doc: LexiconDoc, ref: string): string {
  if (ref.startsWith('#')) return doc.id + ref
  return ref.includes('#') ? ref : `${ref}#main`
}

function uri(doc: LexiconDoc, id: string): string {
  return `${doc.id}#${id}`
}
