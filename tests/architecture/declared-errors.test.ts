import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { ANY_METHOD_ERRORS, AUTH_ERRORS, BODY_ERRORS } from '../../scripts/lexicons/base-errors.js'
import * as errors from '../../src/errors.js'
import { handlerFiles, METHODS } from './source/handlers.js'
import { serverProject } from './source/project.js'
import { errorFinder, type ThrownErrors } from './source/thrown-errors.js'

const project = serverProject()
const errorsOf = errorFinder(project, 'errors.ts')

/** What answers before a handler runs. */
const BEFORE: string[] = [...ANY_METHOD_ERRORS, ...AUTH_ERRORS, ...BODY_ERRORS]

const NO_INVITE = {
  InviteNotFound: 'only joinConvo takes an invite',
}

/**
 * Errors that a method's code leads to and that it can never give, with the reason. A lexicon does
 * not declare them.
 */
const CANNOT_HAPPEN: Record<string, Record<string, string>> = {
  addMembers: NO_INVITE,
  removeMembers: NO_INVITE,
  submitCommit: NO_INVITE,
  createConvo: {
    EpochMismatch: 'a first commit for another epoch than 0 is an InvalidCommit',
    Forbidden: 'the founder is admin, and the rules of a direct conversation begin after founding',
    NotAdmin: 'the founder is admin',
    PendingRemovals: 'a new group has no leaves pending removal',
  },
  joinConvo: {
    IncomingNotAllowed: 'an external commit adds nobody but the caller, who need not allow itself',
  },
  revokeInvite: { ConvoNotFound: 'to an outsider it is the invite that does not exist' },
  resetConvo: {
    EpochMismatch: 'a first commit for another epoch than 0 is an InvalidCommit',
    PendingRemovals: 'a reset ends all pending removals',
  },
}

/** Functions that are declared here and implemented by somebody else, who knows no error of ours. */
const NOT_OURS: Record<string, string> = {
  'backend/redis-scripts.ts countUp': 'a script that Redis runs',
  'backend/redis-scripts.ts useOnce': 'a script that Redis runs',
  'lib/batches.ts reject': 'of a promise',
  'lib/batches.ts resolve': 'of a promise',
}

describe('a handler gives the errors that its lexicon declares, and no others', () => {
  const handlers = handlerFiles(project)
  const all = errorsOf(handlers.map(({ file }) => file))

  test('control: what the finder sees in a handler is not nothing', () => {
    expect([...all.thrown.keys()]).toContain('ConvoNotFound')
  })

  test('the finder can follow every call', () => {
    expect(all.blind).toEqual(Object.keys(NOT_OURS).sort())
  })

  test.each(handlers)('$name', ({ name, file }) => {
    const declared = METHODS.find((method) => method.name === name)?.errors ?? []
    const impossible = Object.keys(CANNOT_HAPPEN[name] ?? {})
    const { thrown } = errorsOf([file])
    expect(besides(thrown, [...declared, ...impossible])).toEqual([])
    expect(declared.filter((error) => !BEFORE.includes(error) && !thrown.has(error))).toEqual([])
    // An exception that is needed no more, or contradicts the lexicon, goes.
    expect(impossible.filter((error) => !thrown.has(error) || declared.includes(error))).toEqual([])
  })
})

const CONTEXT = 'context/context.ts'
const DEVELOPMENT = 'server/development/'

describe('what answers before a handler runs gives errors that every method declares', () => {
  const STREAM = METHODS.find(({ name }) => name === 'subscribeConvoEvents')?.errors ?? []

  test.each<[string, string[]]>([
    ['auth', [...BEFORE, 'BadTicket']],
    ['limits', BEFORE],
    // It hands upgrades to the stream, which is not behind a handler.
    ['server', [...BEFORE, ...STREAM]],
  ])('%s', (layer, declared) => {
    const files = [...project.files.keys()].filter((file) => file.startsWith(`${layer}/`))
    expect(files).not.toEqual([])
    // The server hands itself to the context, which gives the handlers: those are judged one by one above.
    // What is served beside XRPC in development is no method.
    const own = [...errorsOf(files).thrown].filter(
      ([, trail]) =>
        !trail.includes(CONTEXT) && !trail.some((file) => file.startsWith(DEVELOPMENT)),
    )
    expect(besides(new Map(own), declared)).toEqual([])
  })

  test('the streams declare BadTicket, and nothing else does', () => {
    const declaring = METHODS.filter((method) => method.errors.includes('BadTicket'))
    expect(declaring.map(({ name }) => name).sort()).toEqual([
      'streamConvoEvents',
      'subscribeConvoEvents',
    ])
  })
})

describe('names', () => {
  const classes = Object.entries(errors)

  test('every error of a lexicon has a class', () => {
    const names = new Set<string>(classes.map(([, error]) => error.errorName))
    const declared = new Set(METHODS.flatMap((method) => method.errors))
    expect(declared.size).toBeGreaterThan(40)
    expect([...declared].filter((name) => !names.has(name))).toEqual([])
  })

  test('a class is named as its error', () => {
    expect(classes.map(([name]) => name)).toEqual(
      classes.map(([, error]) => `${error.errorName}Error`),
    )
  })

  test('errors of the library, which no lexicon declares, are for faults and unknown methods', () => {
    const made = [...project.files]
      .filter(([file]) => file !== 'errors.ts')
      .flatMap(([file, source]) => libraryErrorsIn(source).map((name) => `${file} ${name}`))
    const fault = /^(server|stream)\/\S+ InternalServerError$/
    const unknown = /^server\/\S+ MethodNotImplementedError$/
    expect(made.some((error) => fault.test(error))).toBe(true)
    expect(made.filter((error) => !fault.test(error) && !unknown.test(error))).toEqual([])
  })
})

/** `NotMember: convo/members.ts < convo/send.ts < …`: errors that are not declared, and whence they come. */
function besides(thrown: ThrownErrors, declared: readonly string[]): string[] {
  return [...thrown]
    .filter(([name]) => !declared.includes(name))
    .map(([name, files]) => `${name}: ${files.join(' < ')}`)
    .sort()
}

/** The error classes of `@atproto/xrpc-server` that a source says `new` on. */
function libraryErrorsIn(source: ts.SourceFile): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node)) {
      const symbol = project.checker.getTypeAtLocation(node).getSymbol()
      const home = symbol?.declarations?.[0]?.getSourceFile().fileName ?? ''
      if (home.includes('/@atproto/xrpc-server/dist/errors.')) names.push(symbol!.name)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}
