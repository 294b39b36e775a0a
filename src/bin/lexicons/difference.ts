import { lexiconDoc, type LexiconDoc } from '@atproto/lexicon'
import { breaksOf } from './breaks.js'
import type { Published } from './repository.js'

const LINES_MAX = 20
const VALUE_CHARS_MAX = 80

/** What publishing the lexicons of the tree would change. */
export function differenceOf(docs: LexiconDoc[], published: Map<string, Published>): Difference {
  const changes = docs.flatMap((doc): Change[] => {
    const old = published.get(doc.id)
    if (old === undefined) return [{ doc, replacing: null, lines: [] }]
    const lines = linesOf(flat(old.doc), flat(doc))
    return lines.length > 0 ? [{ doc, replacing: old.cid, lines }] : []
  })
  const known = new Set<string>(docs.map(({ id }) => id))
  return {
    changes,
    unchanged: docs.length - changes.length,
    leftover: [...published.keys()].filter((nsid) => !known.has(nsid)),
    breaks: breaksOf([...published.values()].flatMap(readable), docs),
  }
}

/** For people: what is new and what changed, each with its lines. */
export function printDifference({ changes, unchanged, leftover, breaks }: Difference): void {
  for (const { doc, replacing, lines } of changes) {
    console.log(replacing === null ? `+ ${doc.id}: new` : `~ ${doc.id}: changed`)
    for (const line of lines.slice(0, LINES_MAX)) console.log(`    ${line}`)
    if (lines.length > LINES_MAX) console.log(`    and ${lines.length - LINES_MAX} more`)
  }
  for (const nsid of leftover) console.log(`? ${nsid}: published, and not among these`)
  for (const line of breaks) console.log(`! ${line}`)
  console.log(`${unchanged} unchanged`)
}

function linesOf(old: Map<string, string>, now: Map<string, string>): string[] {
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort()
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)]
    if (was === is) return []
    if (was === undefined) return [`+ ${path}: ${shortened(is!)}`]
    if (is === undefined) return [`- ${path}: ${shortened(was)}`]
    return [`~ ${path}: ${shortened(was)} is now ${shortened(is)}`]
  })
}

/** Every leaf by its path; the order of keys, which a repository does not keep, is lost. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return new Map([[path, JSON.stringify(value)]])
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flat(inner, path === '' ? key : `${path}.${key}`),
    ]),
  )
}

function shortened(text: string): string {
  return text.length <= VALUE_CHARS_MAX ? text : `${text.slice(0, VALUE_CHARS_MAX)}…`
}

/** What is no lexicon can break nothing. */
function readable({ doc }: Published): LexiconDoc[] {
  return lexiconDoc.safeParse(doc).success ? [doc as LexiconDoc] : []
}

export interface Difference {
  changes: Change[]
  unchanged: number
  /** NSIDs that are published and not among the lexicons. */
  leftover: string[]
  /** How the changes break who built on what is published. */
  breaks: string[]
}

export interface Change {
  doc: LexiconDoc
  /** CID of the record that it replaces; null: there is none. */
  replacing: string | null
  lines: string[]
}
