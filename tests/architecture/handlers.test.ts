import ts from 'typescript'
import { expect, test } from 'vitest'
import { handlerFiles, METHODS } from './source/handlers.js'
import { serverProject } from './source/project.js'

const project = serverProject()
const handlers = handlerFiles(project)

test('every method has exactly one handler', () => {
  const counts = METHODS.map(({ name }) => ({
    name,
    files: handlers.filter((handler) => handler.name === name).map(({ file }) => file),
  }))
  expect(METHODS.length).toBeGreaterThan(30)
  expect(counts.filter(({ files }) => files.length !== 1)).toEqual([])
})

test('every handler has a lexicon', () => {
  const names = new Set(METHODS.map(({ name }) => name))
  expect(handlers.filter(({ name }) => !names.has(name))).toEqual([])
})

test('every handler registers its own method, and no other file registers one', () => {
  const expected = handlers.map(({ file, name }) => [file, [name]])
  const found = [...project.files]
    .map(([file, source]) => [file, methodsRegisteredIn(source)] as const)
    .filter(([, names]) => names.length > 0)
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
})

/** The methods of calls `server.blue.catbird.mls.<method>(…)`. */
function methodsRegisteredIn(source: ts.SourceFile): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression
      if (/\.blue\.catbird\.mls$/.test(expression.getText())) names.push(name.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}
