import { join, resolve } from 'node:path'
import { checkLexicons } from './lexicons/check.js'
import { readLexicons } from '../src/bin/lexicons/read.js'
import { checkGenerated } from './lexicons/stale.js'

/** Prints what is wrong with the lexicons and what is generated from them; exit code 1 if anything. */
const root = resolve(import.meta.dirname, '..')
const { docs, problems } = readLexicons(join(root, 'lexicons'))
const all = [...problems, ...checkLexicons(docs), ...(problems.length ? [] : checkGenerated(root))]

for (const problem of all) console.error(problem)
console.log(`${docs.length} lexicons, ${all.length} problems`)
process.exitCode = all.length ? 1 : 0
