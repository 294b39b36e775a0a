import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { LexiconDoc } from '@atproto/lexicon'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkLexicons } from '../../scripts/lexicons/check.js'
import { LARGE_BYTES } from '../../scripts/lexicons/large-bytes.js'
import { checkLimits } from '../../scripts/lexicons/limits.js'
import { checkPermissionSets } from '../../scripts/lexicons/permission-sets.js'
import { readLexicons } from '../../src/bin/lexicons/read.js'

const LEXICONS = resolve(import.meta.dirname, '../../lexicons')

test('the lexicons of the project keep every rule', () => {
  const { docs, problems } = readLexicons(LEXICONS)
  expect(docs.length).toBeGreaterThan(30)
  expect([...problems, ...checkLexicons(docs)]).toEqual([])
})

describe('each rule finds its breach, in lexicons that otherwise keep all of them', () => {
  test('control: no breach, no problem', () => {
    expect(check(() => undefined)).toEqual([])
  })

  test.each<[string, (docs: Docs) => void, RegExp]>([
    [
      'a dangling ref',
      (d) => (field(d, 'change').ref = 'blue.catbird.mls.defs#nothing'),
      /dangling/,
    ],
    ['a shared definition without use', (d) => (d.defs.defs.orphan = token()), /nothing refers/],
    ['a definition without description', (d) => delete d.defs.defs.change.description, /descr/],
    ['a method without description', (d) => delete d.add.defs.main.description, /no description/],
    [
      'a field without description',
      (d) => delete field(d, 'convoId').description,
      /no description/,
    ],
    ['an error without description', (d) => delete d.add.defs.main.errors[0].description, /descr/],
    [
      'an unbounded string',
      (d) => delete field(d, 'convoId').maxLength,
      /string without maxLength/,
    ],
    ['unbounded bytes', (d) => delete field(d, 'note').maxLength, /bytes without maxLength/],
    ['an unbounded array', (d) => delete field(d, 'didList').maxLength, /array without maxLength/],
    [
      'an unbounded item',
      (d) => delete field(d, 'didList').items.maxLength,
      /items: string without/,
    ],
    ['an integer without minimum', (d) => delete answer(d).minimum, /integer without minimum/],
    ['an integer without maximum', (d) => delete answer(d).maximum, /integer without maximum/],
    ['a closed vocabulary', (d) => (field(d, 'convoId').enum = ['a']), /knownValues stay open/],
    ['bytes over 20 KiB', (d) => (field(d, 'note').maxLength = 20 * 1024 + 1), /without a reason/],
    ['a method without output', (d) => delete d.add.defs.main.output, /no output/],
    [
      'a method without errors',
      (d) => delete d.add.defs.main.errors,
      /lacks the error AuthMissing/,
    ],
    [
      'a field in upper case',
      (d) => (d.add.defs.main.input.schema.properties.Did = token()),
      /Did is not in lower camel case/,
    ],
    [
      'a definition with a hyphen',
      (d) => (d.defs.defs['a-change'] = token()),
      /a-change is not in lower camel case/,
    ],
    ['an error that stands twice', (d) => errors(d).push(errors(d)[0]), /stands twice/],
    ['an error name in lower case', (d) => (errors(d)[0].name = 'oops'), /error name oops/],
    ['a misspelt limit', (d) => (field(d, 'convoId').maxLenght = 9), /maxLenght means nothing/],
    ['bounds that cross', (d) => (answer(d).minimum = 2 ** 60), /minimum is above maximum/],
    [
      'a default out of bounds',
      (d) => Object.assign(answer(d), { maximum: 9, default: 10 }),
      /default is above maximum/,
    ],
    [
      'a nullable field that is none',
      (d) => (d.add.defs.main.input.schema.nullable = ['nobody']),
      /nullable names nobody/,
    ],
    ['a procedure without TooLarge', (d) => dropError(d, 'TooLarge'), /lacks the error TooLarge/],
    ['a method without ReplayedToken', (d) => dropError(d, 'ReplayedToken'), /ReplayedToken/],
  ])('%s', (_, breach, problem) => {
    const problems = check(breach)
    expect(problems).not.toEqual([])
    expect(problems.join('\n')).toMatch(problem)
  })

  test('the documentation names all large bytes, with their limit', () => {
    const page = readFileSync(resolve(LEXICONS, '../docs/lexicons.md'), 'utf8')
    for (const [path, why] of Object.entries(LARGE_BYTES)) {
      const row = page.split('\n').find((line) => line.includes(`\`${path}\``))
      const [, kib, reason] = /^up to (\d+) KiB: (.+)$/.exec(why)!
      expect(row).toContain(Number(kib) < 1024 ? `${kib} KiB` : `${Number(kib) / 1024} MiB`)
      expect(row).toContain(reason)
    }
  })

  test('a reason for large bytes that are there no more', () => {
    expect(checkLimits([], { 'defs#gone.bytes': 'up to 64 KiB' })).toEqual([
      'defs#gone.bytes: listed in large-bytes.ts, but no such field is over 20 KiB',
    ])
  })
})

describe('permission sets', () => {
  test('there is one for everything, and one that only reads', () => {
    const sets = REAL.filter((doc) => doc.defs.main?.type === 'permission-set')
    expect(sets.map(({ id }) => id)).toEqual([
      'blue.catbird.mls.authFull',
      'blue.catbird.mls.authRead',
    ])
  })

  test.each<[string, string, (set: Loose) => void, RegExp]>([
    ['no title', 'authFull', (set) => delete set.title, /no title/],
    ['no detail', 'authRead', (set) => delete set.detail, /no detail/],
    ['a method left out', 'authFull', (set) => rpc(set).lxm.pop(), /lacks blue/],
    ['a record left out', 'authFull', (set) => set.permissions[0].collection.pop(), /lacks blue/],
    [
      'a method that is not there',
      'authFull',
      (set) => rpc(set).lxm.push('blue.catbird.mls.getNothing'),
      /no such method: blue.catbird.mls.getNothing/,
    ],
    ['a method twice', 'authFull', (set) => rpc(set).lxm.push(rpc(set).lxm[0]), /stands twice/],
    ['another service', 'authFull', (set) => (rpc(set).aud = '*'), /aud of its own/],
    ['no service', 'authFull', (set) => delete rpc(set).inheritAud, /without inheritAud/],
    ['a query left out', 'authRead', (set) => rpc(set).lxm.shift(), /lacks blue/],
    [
      'a procedure in the one that reads',
      'authRead',
      (set) => rpc(set).lxm.push('blue.catbird.mls.sendMessage'),
      /should not have blue.catbird.mls.sendMessage/,
    ],
    [
      'a lease in the one that reads',
      'authRead',
      (set) => rpc(set).lxm.push('blue.catbird.mls.getKeyPackages'),
      /should not have blue.catbird.mls.getKeyPackages/,
    ],
    [
      'what a set cannot give',
      'authFull',
      (set) => set.permissions.push({ type: 'permission', resource: 'blob', accept: ['*/*'] }),
      /resource blob/,
    ],
  ])('%s in %s is found', (_, name, breach, problem) => {
    const docs = structuredClone(REAL)
    expect(checkPermissionSets(docs)).toEqual([])
    breach(docs.find((doc) => doc.id.endsWith(`.${name}`))!.defs.main)
    expect(checkPermissionSets(docs).join('\n')).toMatch(problem)
  })

  function rpc(set: Loose): Loose {
    return set.permissions.find(({ resource }: Loose) => resource === 'rpc')
  }
})

describe('reading', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lexicons-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  test.each<[string, string, unknown, RegExp | undefined]>([
    ['control: a lexicon', 'a/b/c.json', { lexicon: 1, id: 'a.b.c', defs: {} }, undefined],
    ['one that the generator would skip', 'a/b/c.json', { lexicon: 2, id: 'a.b.c' }, /lexicon/],
    ['one that stands in the wrong place', 'a/c.json', { lexicon: 1, id: 'a.b.c', defs: {} }, /id/],
    ['what is not JSON', 'a/b/c.json', undefined, /JSON/],
  ])('%s', (_, name, doc, problem) => {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, doc === undefined ? '{' : JSON.stringify(doc))
    const { docs, problems } = readLexicons(dir)
    if (!problem) expect({ docs: docs.length, problems }).toEqual({ docs: 1, problems: [] })
    else {
      expect(docs).toEqual([])
      expect(problems.join('\n')).toMatch(problem)
    }
  })
})

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- the breaches write what no type allows */
type Loose = any
interface Docs {
  defs: Loose
  add: Loose
}

/** The problems of two lexicons (a method, and a definition that it uses) after `breach`. */
function check(breach: (docs: Docs) => void): string[] {
  const docs = structuredClone({ defs: DEFS, add: ADD }) as Docs
  breach(docs)
  return checkLexicons([docs.defs, docs.add] as LexiconDoc[]).filter(
    (problem) => !problem.includes('listed in large-bytes.ts'),
  )
}

function field(docs: Docs, name: string): Loose {
  return docs.add.defs.main.input.schema.properties[name]
}

function answer(docs: Docs): Loose {
  return docs.add.defs.main.output.schema.properties.seq
}

function errors(docs: Docs): Loose[] {
  return docs.add.defs.main.errors
}

function dropError(docs: Docs, name: string): void {
  docs.add.defs.main.errors = errors(docs).filter((error) => error.name !== name)
}

function token(): Loose {
  return { type: 'token', description: 'Something.' }
}

const REAL = readLexicons(LEXICONS).docs
const DEFS = {
  lexicon: 1,
  id: 'blue.catbird.mls.defs',
  defs: { change: { type: 'object', description: 'A change.', properties: {} } },
}
const ADD = {
  lexicon: 1,
  id: 'blue.catbird.mls.addMembers',
  defs: {
    main: {
      type: 'procedure',
      description: 'Add.',
      input: {
        encoding: 'application/json',
        schema: {
          type: 'object',
          properties: {
            convoId: { type: 'string', description: 'Which.', maxLength: 128 },
            change: { type: 'ref', ref: 'blue.catbird.mls.defs#change' },
            note: { type: 'bytes', description: 'A note.', maxLength: 20 * 1024 },
            didList: {
              type: 'array',
              description: 'Who.',
              items: { type: 'string', format: 'did', maxLength: 256 },
              maxLength: 10,
            },
          },
        },
      },
      output: {
        encoding: 'application/json',
        schema: {
          type: 'object',
          properties: { seq: { type: 'integer', description: 'Where.', minimum: 1, maximum: 9 } },
        },
      },
      errors: structuredClone(
        (REAL.find((doc) => doc.id.endsWith('.deleteDevice'))?.defs.main as Loose).errors,
      ),
    },
  },
}
