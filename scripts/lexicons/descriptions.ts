import type { LexiconDoc } from '@atproto/lexicon'
import { schemasOf, type SchemaNode } from './walk.js'

/** A reader of the lexicons alone knows what each definition, field, parameter and error means. */
export function checkDescriptions(docs: LexiconDoc[]): string[] {
  return docs.flatMap((doc) => [
    ...[...schemasOf(doc)]
      .filter((node) => needsOne(node) && !isText(node.schema.description))
      .map((node) => `${node.path}: no description`),
    ...errorsOf(doc)
      .filter((error) => !isText(error.description))
      .map((error) => `${doc.id.split('.').at(-1)}#main: error ${error.name} has no description`),
  ])
}

/** A field that is a reference may leave it to what it refers to; a permission set has a title and a detail. */
function needsOne({ path, type, isField }: SchemaNode): boolean {
  const isDefinition = !path.includes('.') && type !== 'permission-set'
  return isDefinition || (isField && type !== 'ref')
}

function errorsOf(doc: LexiconDoc) {
  const main = doc.defs.main
  return main && 'errors' in main ? (main.errors ?? []) : []
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}
