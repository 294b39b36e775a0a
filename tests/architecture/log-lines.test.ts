import ts from 'typescript'
import { expect, test } from 'vitest'
import { LOG_FIELDS } from '../../src/logger.js'
import { serverProject } from './source/project.js'

const LEVELS = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])

const { files } = serverProject()
const calls = [...files].flatMap(([file, source]) => callsIn(file, source))

test('the words of a log line are written in the code, and hold no value', () => {
  expect(calls.length).toBeGreaterThan(10)
  expect(calls.filter(({ words }) => words === undefined).map(({ place }) => place)).toEqual([])
})

test('its fields are those that may be logged', () => {
  const fields = calls.flatMap(({ place, fields }) => fields.map((name) => ({ place, name })))
  expect(fields.length).toBeGreaterThan(5)
  expect(fields.filter(({ name }) => !LOG_FIELDS.has(name))).toEqual([])
})

test('no logger is made of another, which would bring fields of its own', () => {
  const children = [...files].flatMap(([file, source]) =>
    /\b(?:log|logger)\.(?:child|setBindings)\(/.test(source.text) ? [file] : [],
  )
  expect(children).toEqual([])
})

test('control: calls are read as they are', () => {
  const text = "logger.warn({ did, err: e }, 'gone'); this.#log.info(`of ${did}`); math.log.x('y')"
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true)
  expect(callsIn('x.ts', source)).toEqual([
    { place: 'x.ts:1', fields: ['did', 'err'], words: 'gone' },
    { place: 'x.ts:1', fields: [], words: undefined },
  ])
})

function callsIn(file: string, source: ts.SourceFile): LogCall[] {
  const found: LogCall[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isLogCall(node.expression)) found.push(read(node))
    ts.forEachChild(node, visit)
  }
  const read = ({ arguments: given, pos }: ts.CallExpression): LogCall => {
    const words = given.find((argument) => ts.isStringLiteral(argument))
    const object = given.find((argument) => ts.isObjectLiteralExpression(argument))
    return {
      place: `${file}:${source.getLineAndCharacterOfPosition(pos).line + 1}`,
      fields: object ? namesOf(object) : [],
      words: words?.text,
    }
  }
  visit(source)
  return found
}

/** `logger.warn`, `this.#log.info`, `this.deps.logger.error`. */
function isLogCall(callee: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee) || !LEVELS.has(callee.name.text)) return false
  const { expression: receiver } = callee
  const name = ts.isPropertyAccessExpression(receiver) ? receiver.name : receiver
  return /^#?log(?:ger)?$/.test(name.getText())
}

/** What is spread is looked at where it is written out. */
function namesOf({ properties }: ts.ObjectLiteralExpression): string[] {
  return properties.flatMap((property) => (property.name ? [property.name.getText()] : []))
}

interface LogCall {
  /** Path below `src` and line. */
  place: string
  /** As written in the call. */
  fields: string[]
  /** Undefined where they are no literal. */
  words: string | undefined
}
