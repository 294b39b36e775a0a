import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { lexiconDoc, type LexiconDoc } from '@atproto/lexicon'

/**
 * All lexicons under `dir`, in the order of their paths. One that is invalid, or whose file does not
 * stand where its id says, is a problem: the generator would leave it out without a word.
 */
export function readLexicons(dir: string): { docs: LexiconDoc[]; problems: string[] } {
  const docs: LexiconDoc[] = []
  const problems: string[] = []
  for (const path of jsonFiles(dir)) {
    const name = relative(dir, path)
    const doc = parse(path)
    if (typeof doc === 'string') problems.push(`${name}: ${doc}`)
    else if (name !== `${doc.id.replaceAll('.', '/')}.json`)
      problems.push(`${name}: its id is ${doc.id}`)
    else docs.push(doc)
  }
  return { docs, problems }
}

function jsonFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(dir, name))
}

/** The lexicon, or what is wrong with the file. */
function parse(path: string): LexiconDoc | string {
  try {
    const doc: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const result = lexiconDoc.safeParse(doc)
    if (result.success) return doc as LexiconDoc
    return result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')
  } catch (err) {
    return err instanceof Error ? err.message : String(err)
  }
}
