/**
 * `npm run lexicons:compat`: fails if the lexicons break who built on those that were published last
 * (`published.json` beside this file, without descriptions). `-- --published` takes those of the tree as
 * published from now on.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { LexiconDoc } from '@atproto/lexicon'
import { breaksOf } from '../../src/bin/lexicons/breaks.js'
import { readLexicons } from '../../src/bin/lexicons/read.js'

const PUBLISHED = join(import.meta.dirname, 'published.json')

const { docs, problems } = readLexicons(resolve(import.meta.dirname, '../../lexicons'))
const all = [...problems, ...(problems.length ? [] : breaksOf(published(), docs))]
for (const problem of all) console.error(problem)
console.log(`${docs.length} lexicons, ${all.length} ways in which they break the published ones`)
process.exitCode = all.length ? 1 : 0
if (process.argv.includes('--published')) {
  writeFileSync(PUBLISHED, textOf(docs))
  process.exitCode = problems.length ? 1 : 0
}

function published(): LexiconDoc[] {
  return JSON.parse(readFileSync(PUBLISHED, 'utf8')) as LexiconDoc[]
}

/** One lexicon in a line, so that a change shows as one. */
function textOf(lexicons: LexiconDoc[]): string {
  const lines = lexicons.map((doc) =>
    JSON.stringify(doc, (key, value: unknown) => bare(key, value)),
  )
  return `[\n${lines.join(',\n')}\n]\n`
}

/** Words may change; a field may be named `description`, and is a schema then. */
function bare(key: string, value: unknown): unknown {
  return key === 'description' && typeof value === 'string' ? undefined : value
}
