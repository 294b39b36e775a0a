import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const CODEGEN = resolve(import.meta.dirname, '../../codegen.sh')
const VALID = {
  lexicon: 1,
  id: 'a.b.valid',
  defs: { main: { type: 'query', description: 'Ask.', output: { encoding: 'text/plain' } } },
}

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'codegen-'))
  mkdirSync(join(dir, 'in/a/b'), { recursive: true })
  put('valid', VALID)
})
afterEach(() => rmSync(dir, { recursive: true }))

test('control: what is valid is generated', () => {
  expect(codegen()).toMatchObject({ status: 0 })
  expect(readFileSync(join(dir, 'out/index.ts'), 'utf8')).toContain("'a.b.valid'")
})

test('a lexicon that the generator skips fails the run, by name', () => {
  put('broken', { lexicon: 1, id: 'a.b.broken', defs: { main: { type: 'question' } } })
  const { status, stderr } = codegen()
  expect(status).not.toBe(0)
  expect(stderr).toContain('a/b/broken.json was skipped')
})

function put(name: string, doc: unknown): void {
  writeFileSync(join(dir, `in/a/b/${name}.json`), JSON.stringify(doc))
}

function codegen() {
  return spawnSync(CODEGEN, [join(dir, 'out'), join(dir, 'in')], { encoding: 'utf8' })
}
