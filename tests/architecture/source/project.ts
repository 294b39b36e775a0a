import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import ts from 'typescript'

/** TypeScript sources with their types: what the tests of this folder look at. */
export interface Project {
  root: string
  checker: ts.TypeChecker
  /** Own sources by their path below the root, forward slashes: `api/messages/sendMessage.ts`. */
  files: ReadonlyMap<string, ts.SourceFile>
  /** Whether a node stands in one of them. */
  owns(node: ts.Node): boolean
}

export const ROOT = resolve(import.meta.dirname, '../../..')

/** `src`, without what is generated. */
export function serverProject(): Project {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) =>
    readFileSync(path, 'utf8'),
  )
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT)
  const names = ts.sys.readDirectory(join(ROOT, 'src'), ['.ts'], ['lexicon'])
  return openProject(join(ROOT, 'src'), names, options)
}

export function openProject(root: string, names: string[], options: ts.CompilerOptions): Project {
  const program = ts.createProgram(names, { ...options, noEmit: true })
  const wanted = new Set(names.map((name) => resolve(name)))
  const sources = program.getSourceFiles().filter((file) => wanted.has(resolve(file.fileName)))
  const files = new Map(
    sources.map((file) => [relative(root, file.fileName).replaceAll('\\', '/'), file]),
  )
  const own = new Set(sources)
  return {
    root,
    checker: program.getTypeChecker(),
    files,
    owns: (node) => own.has(node.getSourceFile()),
  }
}
