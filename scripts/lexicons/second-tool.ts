/**
 * `npm run lexicons:build`: lets `ts-lex` of `@atproto/lex` read the lexicons, which generates nothing that
 * is kept. It is installed in `tests/lex`, apart from the generator of `src/lexicon`: both are called `lex`.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const LEXICONS = join(ROOT, 'lexicons')
const HOME = join(ROOT, 'tests/lex')
const TOOL = join(HOME, 'node_modules/@atproto/lex/bin/lex')

const scratch = mkdtempSync(join(tmpdir(), 'ts-lex-'))
try {
  if (!existsSync(TOOL)) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: HOME, stdio: 'inherit' })
  }
  process.exitCode = main() ? 0 : 1
} finally {
  rmSync(scratch, { recursive: true })
}

function main(): boolean {
  const wanted = globSync('**/*.json', { cwd: LEXICONS }).length
  const read = build(LEXICONS)
  if (read.files !== wanted) {
    console.error(read.said)
    console.error(`ts-lex read ${read.files} of ${wanted} lexicons`)
    return false
  }
  // The control: a tool that takes anything would have said the same.
  if (build(withDanglingRef()).files !== 0) {
    console.error('ts-lex has taken a reference to nothing')
    return false
  }
  console.log(`ts-lex reads all ${wanted} lexicons`)
  return true
}

/** How many lexicons it made code from; none, if it ended with an error. */
function build(lexicons: string): { files: number; said: string } {
  const out = mkdtempSync(join(scratch, 'out-'))
  const args = ['build', '--lexicons', lexicons, '--out', out, '--clear', '--pretty', 'false']
  const { status, stderr } = spawnSync(process.execPath, [TOOL, ...args], { encoding: 'utf8' })
  const files = status === 0 ? globSync('**/*.defs.ts', { cwd: out }).length : 0
  return { files, said: stderr }
}

function withDanglingRef(): string {
  const copy = join(scratch, 'lexicons')
  cpSync(LEXICONS, copy, { recursive: true })
  const file = join(copy, 'blue/catbird/mls/getConvo.json')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('mls.defs#convoView', 'mls.defs#nothing'))
  return copy
}
