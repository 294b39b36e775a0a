import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })]
const TEST_NAME = /`((?:unit|integration|property|e2e|services|architecture)\/[\w/-]+)`/g
const SOURCE_NAME = /`((?:src|tests|lexicons|migrations)\/[\w./-]*)`/g
const LINK = /\]\(([^)#:]+)(?:#[^)]*)?\)/g

test.each(pages)('%s names only files that are there', (page) => {
  expect(namedIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('control: names of each kind are found', () => {
  const named = pages.flatMap(namedIn)
  for (const path of ['tests/e2e/story.test.ts', 'src/mls', 'docs/auth.md']) {
    expect(named).toContain(path)
  }
})

test('security.md shows a line by a test, or says that it is open', () => {
  const lines = readFileSync(join(root, 'docs/security.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| (?:AU|CL|[KCGWVMBSLP])\d+/.test(line))
  expect(lines.length).toBeGreaterThan(90)
  const bare = lines.filter((line) => found(line, TEST_NAME).length === 0)
  expect(bare.filter((line) => !line.includes('_Open_'))).toEqual([])
})

test('README.md lists every method that there is, and no other', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  const table = text.slice(text.indexOf('| area '), text.indexOf('Beside XRPC'))
  const listed = new Set(found(table, /`([a-z]\w+)`/gi))
  expect([...listed].toSorted()).toEqual(methodNames().toSorted())
})

function methodNames(): string[] {
  const directory = join(root, 'lexicons/blue/catbird/mls')
  return globSync('*.json', { cwd: directory }).flatMap((file) => {
    const { defs } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as {
      defs: { main?: { type: string } }
    }
    const callable = ['query', 'procedure', 'subscription'].includes(defs.main?.type ?? '')
    return callable ? [file.replace('.json', '')] : []
  })
}

function namedIn(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [
    ...found(text, TEST_NAME).map((name) => `tests/${name}.test.ts`),
    ...found(text, SOURCE_NAME),
    ...found(text, LINK).map((link) => join(dirname(page), link)),
  ]
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name)
}
