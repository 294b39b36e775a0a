import { relative } from 'node:path'
import ts from 'typescript'
import { indexImplementations } from './implementations.js'
import type { Project } from './project.js'
import { reach } from './reach.js'

export interface Findings {
  thrown: ThrownErrors
  /** Functions of interfaces that are called and that no source implements: `stream/tail.ts wake`. */
  blind: string[]
}

/** Error names, each with the files that lead to where it is made or named, that one first. */
export type ThrownErrors = Map<string, string[]>

/**
 * Tells which errors of `errorsFile` the code of some files can give. Where an error class is chosen
 * by its own name (`case 'NotMember': return new NotMemberError(…)`), it counts if code that is
 * reached as well makes that name.
 */
export function errorFinder(project: Project, errorsFile: string): (files: string[]) => Findings {
  const implementations = indexImplementations(project)
  const home = source(project, errorsFile)
  return (files) => {
    const roots = files.map((file) => source(project, file))
    const { classes, strings, dangling, trail } = reach(project, implementations, home, roots)
    const thrown: ThrownErrors = new Map()
    for (const [declaration, uses] of classes) {
      const name = declaration.name?.text.replace(/Error$/, '') ?? ''
      const place = uses.find((use) => !isChosenBy(name, use)) ?? strings.get(name)
      if (place)
        thrown.set(
          name,
          trail(place).map((file) => relative(project.root, file)),
        )
    }
    return { thrown, blind: [...dangling].map((member) => place(project, member)).sort() }
  }
}

/** Whether `use` stands behind a label (`case`, key of a table) that is the error's name. */
function isChosenBy(name: string, use: ts.Node): boolean {
  let node = use.parent
  for (; !ts.isFunctionLike(node) && !ts.isSourceFile(node); node = node.parent) {
    if (ts.isPropertyAssignment(node)) return ts.isIdentifier(node.name) && node.name.text === name
    if (ts.isCaseClause(node)) {
      return ts.isStringLiteralLike(node.expression) && node.expression.text === name
    }
  }
  return false
}

function place({ root }: Project, member: ts.Declaration): string {
  const name = ts.getNameOfDeclaration(member)?.getText() ?? ''
  return `${relative(root, member.getSourceFile().fileName)} ${name}`
}

function source(project: Project, file: string): ts.SourceFile {
  const found = project.files.get(file)
  if (!found) throw new Error(`no source ${file}`)
  return found
}
