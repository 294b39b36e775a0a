import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openProject } from './source/project.js'
import { errorFinder } from './source/thrown-errors.js'

// The finder itself, on small programs: what it must see, and what it must not count.
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'thrown-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test.each<[string, Record<string, string>, string[]]>([
  [
    'control: nothing is thrown',
    { 'handler.ts': `import './errors.js'\nexport const handler = () => 1` },
    [],
  ],
  [
    'what the handler throws itself',
    {
      'handler.ts': `import { OneError } from './errors.js'\nexport const handler = () => { throw new OneError('') }`,
    },
    ['One'],
  ],
  [
    'what a function throws that is called, not what its neighbour throws',
    {
      'handler.ts': `import { run } from './use-case.js'\nexport function handler() { run() }`,
      'use-case.ts': `import { OneError, TwoError } from './errors.js'
        export function run() { check() }
        function check() { throw new OneError('') }
        export function other() { throw new TwoError('') }`,
    },
    ['One'],
  ],
  [
    'an error that is only recognised does not count',
    {
      'handler.ts': `import { OneError, TwoError } from './errors.js'
        export function handler(e: unknown) { if (e instanceof TwoError) throw new OneError('') }`,
    },
    ['One'],
  ],
  [
    'an error that is only a type does not count',
    {
      'handler.ts': `import type { OneError } from './errors.js'\nexport function handler(e: OneError) { return e }`,
    },
    [],
  ],
  [
    'through a function that is handed on',
    {
      'handler.ts': `import { run, step } from './use-case.js'\nexport const handler = () => run(step)`,
      'use-case.ts': `import { OneError } from './errors.js'
        export const run = (f: () => void) => f()
        export const step = () => { throw new OneError('') }`,
    },
    ['One'],
  ],
  [
    'through a constant table of functions',
    {
      'handler.ts': `import { steps } from './use-case.js'\nexport const handler = () => steps.forEach((step) => step())`,
      'use-case.ts': `import { OneError } from './errors.js'
        const first = () => { throw new OneError('') }
        export const steps = [first]`,
    },
    ['One'],
  ],
  [
    'through an interface, from the object that is written as it',
    {
      'handler.ts': `import type { Store } from './store.js'\nexport const handler = (s: Store) => s.take()`,
      'store.ts': `import { OneError, TwoError } from './errors.js'
        export interface Store { take(): void; put(): void }
        export function memory(): Store {
          return { take() { throw new OneError('') }, put() { throw new TwoError('') } }
        }`,
    },
    ['One'],
  ],
  [
    'through an interface, from the class that implements it',
    {
      'handler.ts': `import type { Store } from './store.js'\nexport const handler = ({ take }: Store) => take()`,
      'store.ts': `import { OneError, TwoError } from './errors.js'
        export interface Store { take(): void }
        export class Memory implements Store {
          take() { throw new OneError('') }
          put() { throw new TwoError('') }
        }`,
    },
    ['One'],
  ],
  [
    'through an interface, from what only fits it',
    {
      'handler.ts': `import type { Store } from './store.js'\nexport const handler = (s: Store) => s.take()`,
      'store.ts': `import { OneError } from './errors.js'
        export interface Store { take(): void; size: number }
        export const memory = () => ({ size: 1, more: 2, take() { throw new OneError('') } })`,
    },
    ['One'],
  ],
  [
    'a field that is read does not bring in who fills it; a function in a field is followed',
    {
      'handler.ts': `import type { Answer } from './use-case.js'
        export const handler = (a: Answer) => a.later(a.seq)`,
      'use-case.ts': `import { OneError, TwoError } from './errors.js'
        export interface Answer { seq: number; later(n: number): void }
        const later = (n: number) => { throw new OneError('' + n) }
        function seqOf(): number { throw new TwoError('') }
        export function run(): Answer { const seq = seqOf(); return { seq, later } }`,
    },
    ['One'],
  ],
  [
    'through a field that another object was spread into',
    {
      'handler.ts': `import { run, check } from './use-case.js'
        export const handler = () => run({ check })`,
      'use-case.ts': `import { OneError } from './errors.js'
        export interface Request { check(): void }
        interface Dated { check: Request['check']; at: number }
        export const check = () => { throw new OneError('') }
        export const run = (request: Request) => later({ ...request, at: 1 })
        const later = (dated: Dated) => dated.check()`,
    },
    ['One'],
  ],
  [
    'from a constructor, a getter and a base class',
    {
      'handler.ts': `import { Box } from './box.js'\nexport const handler = () => new Box().size`,
      'box.ts': `import { OneError, ThreeError, TwoError } from './errors.js'
        class Base { constructor() { throw new TwoError('') } }
        export class Box extends Base {
          get size() { throw new OneError('') }
          unused() { throw new ThreeError('') }
        }`,
    },
    ['One', 'Two'],
  ],
  [
    'chosen by name: only the names that reached code makes',
    {
      'handler.ts': `import { check } from './check.js'
        import { errorOf } from './error-of.js'
        export const handler = () => { throw errorOf(check()) }`,
      'check.ts': `export const check = () => 'One' as const\nexport const other = () => 'Two' as const`,
      'error-of.ts': `import { OneError, TwoError } from './errors.js'
        export function errorOf(name: 'One' | 'Two') {
          if (name === 'Two') console.log('')
          switch (name) {
            case 'One': return new OneError('')
            case 'Two': return new TwoError('')
          }
        }`,
    },
    ['One'],
  ],
  [
    'named by a table of names: only what its reached keys give',
    {
      'handler.ts': `import { errorOf } from './error-of.js'
        export const handler = () => { throw errorOf('a') }`,
      'error-of.ts': `import { OneError, TwoError } from './errors.js'
        const NAMES = { a: 'One', b: 'Two' } as const
        export function errorOf(key: 'a' | 'b') {
          switch (NAMES[key]) {
            case 'One': return new OneError('')
            case 'Two': return new TwoError('')
          }
        }`,
    },
    ['One'],
  ],
  [
    'chosen by name from a table',
    {
      'handler.ts': `import { OneError, TwoError } from './errors.js'
        const table = { One: OneError, Two: TwoError }
        export const handler = () => { throw new table['Two']('') }`,
    },
    ['Two'],
  ],
])('%s', (_, files, expected) => {
  const names = Object.entries({ 'errors.ts': ERRORS, ...files }).map(([name, text]) => {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  })
  const project = openProject(dir, names, {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts'],
    types: [],
    strict: true,
  })
  const { thrown } = errorFinder(project, 'errors.ts')(['handler.ts'])
  expect([...thrown.keys()].sort()).toEqual(expected)
})

const ERRORS = [
  'const declared = (name: string) => class { constructor(readonly message: string) {} }',
  ...['One', 'Two', 'Three'].map(
    (name) => `export class ${name}Error extends declared('${name}') {}`,
  ),
].join('\n')
