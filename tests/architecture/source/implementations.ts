import ts from 'typescript'
import type { Project } from './project.js'

/** What stands behind a member of an interface or type, so that a call through it can be followed. */
export type Implementations = (member: ts.Declaration) => readonly ts.Declaration[]

/**
 * Finds the members of classes and object literals that implement a declared member: those written
 * against its type (`implements`, `extends`, an object literal where the type is expected), or,
 * where there is none, those whose whole type fits.
 */
export function indexImplementations(project: Project): Implementations {
  const written = new Map<ts.Declaration, ts.Declaration[]>()
  const shapes: Shape[] = []
  for (const file of project.files.values()) collect(file)
  const fitting = new Map<ts.Declaration, ts.Declaration[]>()
  return (member) => written.get(member) ?? remember(fitting, member, () => fits(member))

  function collect(node: ts.Node): void {
    if (ts.isClassLike(node)) {
      shapes.push({ type: project.checker.getTypeAtLocation(node), members: [...node.members] })
      for (const clause of node.heritageClauses ?? []) {
        for (const base of clause.types) link(project.checker.getTypeAtLocation(base), node.members)
      }
    }
    if (ts.isObjectLiteralExpression(node)) {
      const type = project.checker.getTypeAtLocation(node)
      // Of the type, not of the literal: what is spread into it has declarations elsewhere.
      const members = type.getProperties().flatMap((property) => property.declarations ?? [])
      // Widened: of a fresh literal the checker expects that it has no members beyond those wanted.
      shapes.push({ type: project.checker.getWidenedType(type), members })
      const expected = project.checker.getContextualType(node)
      if (expected) link(expected, members)
    }
    ts.forEachChild(node, collect)
  }

  function link(type: ts.Type, members: readonly ts.Declaration[]): void {
    for (const member of members) {
      for (const declared of declarationsOf(type, nameOf(member))) {
        if (declared === member) continue
        const known = written.get(declared) ?? []
        written.set(declared, [...known, member])
      }
    }
  }

  function declarationsOf(type: ts.Type, name: string | undefined): readonly ts.Declaration[] {
    if (name === undefined) return []
    const parts = type.isUnion() ? type.types : [type]
    return parts.flatMap((part) => part.getProperty(name)?.declarations ?? [])
  }

  function fits(member: ts.Declaration): ts.Declaration[] {
    const name = nameOf(member)
    if (name === undefined || !member.parent) return []
    const wanted = project.checker.getTypeAtLocation(member.parent)
    return shapes
      .filter(({ type }) => project.checker.isTypeAssignableTo(type, wanted))
      .flatMap(({ members }) => members.filter((candidate) => nameOf(candidate) === name))
      .filter((candidate) => candidate !== member)
  }
}

interface Shape {
  type: ts.Type
  members: ts.Declaration[]
}

function nameOf(member: ts.Declaration): string | undefined {
  const name = ts.getNameOfDeclaration(member)
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined
}

function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
