import type { LexiconDoc } from '@atproto/lexicon'

const NAME = /^[a-z][A-Za-z0-9]*$/

/** Definitions, fields and parameters are named in lower camel case: they become names in many languages. */
export function checkNames(docs: LexiconDoc[]): string[] {
  return docs.flatMap((doc) =>
    namesIn(doc.defs, doc.id.split('.').at(-1) ?? '')
      .filter(({ name }) => !NAME.test(name))
      .map(({ path, name }) => `${path}: ${name} is not in lower camel case`),
  )
}

/** The keys of `defs` itself, and of every `properties` below. */
function namesIn(defs: object, path: string): { path: string; name: string }[] {
  return Object.entries(defs).flatMap(([name, schema]) => [
    { path, name },
    ...fieldsIn(schema, `${path}#${name}`),
  ])
}

function fieldsIn(schema: unknown, path: string): { path: string; name: string }[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties' ? namesIn(value as object, path) : fieldsIn(value, path),
  )
}
