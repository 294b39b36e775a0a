import { posix } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { serverProject } from './source/project.js'

/** Imports only go down; what shares a row may import its neighbours. */
const LAYERS = [
  ['bin'],
  ['server'],
  ['context'],
  ['api', 'jobs'],
  ['auth', 'stream', 'limits'],
  ['convo', 'keys', 'welcomes', 'devices', 'requests', 'moderation', 'account'],
  ['outbox', 'identity', 'blobs', 'push'],
  ['db', 'backend'],
  ['mls', 'errors', 'logger', 'metrics', 'lexicon', 'config'],
  ['lib'],
]

const { files } = serverProject()

test('every source belongs to a layer', () => {
  expect([...files.keys()].filter((file) => layerOf(file) === -1)).toEqual([])
})

test('imports only go down the layers', () => {
  const imports = [...files].flatMap(([file, source]) =>
    specifiersIn(source)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({ file, target: posix.join(posix.dirname(file), specifier) })),
  )
  expect(imports.length).toBeGreaterThan(20)
  expect(
    imports
      .filter(({ target }) => isSource(target))
      .filter(({ file, target }) => layerOf(target) < layerOf(file))
      .map(({ file, target }) => `${file} imports ${target}`),
  ).toEqual([])
})

test('control: the layers tell up from down', () => {
  expect(layerOf('api/messages/sendMessage.ts')).toBeLessThan(layerOf('convo/send.ts'))
  expect(layerOf('errors.ts')).toBe(layerOf('mls/verdict.ts'))
  expect(layerOf('elsewhere/file.ts')).toBe(-1)
})

test('what reaches out of src is no code', () => {
  const outside = [...files].flatMap(([file, source]) =>
    specifiersIn(source)
      .filter((specifier) => specifier.startsWith('.'))
      .filter((specifier) => !isSource(posix.join(posix.dirname(file), specifier)))
      .filter((specifier) => !specifier.endsWith('.json'))
      .map((specifier) => `${file} imports ${specifier}`),
  )
  expect(outside).toEqual([])
})

function isSource(path: string): boolean {
  return !path.startsWith('..')
}

/** Row of the layer that a path below `src` belongs to; -1 for none. */
function layerOf(path: string): number {
  const name = (path.split('/')[0] ?? '').replace(/\.[jt]s$/, '')
  return LAYERS.findIndex((row) => row.includes(name))
}

/** What `import`, `export … from`, `import()` and `import('…')` types name, types included. */
function specifiersIn(source: ts.SourceFile): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node)
    if (specifier && ts.isStringLiteralLike(specifier)) found.push(specifier.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  const isImportCall =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  return isImportCall ? node.arguments[0] : undefined
}
