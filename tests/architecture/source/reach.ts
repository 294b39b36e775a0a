import ts from 'typescript'
import type { Implementations } from './implementations.js'
import type { Project } from './project.js'
import {
  isCompared,
  isLookedUpIn,
  isRightOfInstanceof,
  isTypeOnly,
  type NameEntry,
  nameTable,
} from './syntax.js'

/** What the code that a piece of source can run mentions, however far down the calls. */
export interface Reached {
  /** Each use, as a value, of a class that stands in the leaf file; `instanceof` is none. */
  classes: Map<ts.ClassLikeDeclaration, ts.Identifier[]>
  /** Each string that could be passed on, with one place where it stands. */
  strings: Map<string, ts.Node>
  /** Functions of interfaces that are used and that nothing implements: where the walk is blind. */
  dangling: Set<ts.Declaration>
  /** The files from a place back to the root, one after the other. */
  trail(place: ts.Node): string[]
}

/**
 * Walks from `roots` through everything they refer to by value: functions, methods, constructors,
 * what constants are made of, and, where a call goes through an interface, all that implements it.
 * Only own sources are followed, and `leaf` is not looked into. It reaches too much rather than too
 * little: a function that is mentioned counts as called. Only where names are looked up in a table of
 * names (`ERRORS[format]`) does it take those alone whose key is a string that is reached as well.
 */
export function reach(
  { checker, owns }: Project,
  implementations: Implementations,
  leaf: ts.SourceFile,
  roots: readonly ts.Node[],
): Reached {
  const classes: Reached['classes'] = new Map()
  const strings: Reached['strings'] = new Map()
  const dangling: Reached['dangling'] = new Set()
  const cameFrom = new Map<ts.Node, ts.Node | undefined>(roots.map((root) => [root, undefined]))
  const entered = new Set<ts.Declaration>()
  const queue: ts.Node[] = [...roots]
  const lookedUp = new Map<string, ts.StringLiteralLike[]>()
  let current: ts.Node | undefined
  while ((current = queue.pop())) walk(current)
  return { classes, strings, dangling, trail }

  function enqueue(node: ts.Node | undefined): void {
    if (!node || cameFrom.has(node) || !owns(node)) return
    cameFrom.set(node, current)
    queue.push(node)
  }

  function trail(place: ts.Node): string[] {
    let node: ts.Node | undefined = place
    while (node && !cameFrom.has(node)) node = node.parent
    const files: string[] = []
    for (; node; node = cameFrom.get(node)) {
      const file = node.getSourceFile().fileName
      if (files.at(-1) !== file) files.push(file)
    }
    return files
  }

  function walk(node: ts.Node): void {
    if (isTypeOnly(node)) return
    if (ts.isStringLiteralLike(node)) mentionString(node)
    if (ts.isIdentifier(node)) mention(node)
    if (ts.isCallExpression(node)) {
      enqueue(checker.getResolvedSignature(node)?.declaration)
    }
    if (ts.isBindingElement(node)) {
      const from = checker.getTypeAtLocation(node.parent)
      const name = node.propertyName ?? node.name
      if (ts.isIdentifier(name)) from.getProperty(name.text)?.declarations?.forEach(enter)
    }
    ts.forEachChild(node, walk)
  }

  function mentionString(node: ts.StringLiteralLike): void {
    if (isCompared(node) || strings.has(node.text)) return
    strings.set(node.text, node)
    lookedUp.get(node.text)?.forEach(enqueue)
  }

  /** The names of a table wait until their keys are reached. */
  function lookUp(table: readonly NameEntry[]): void {
    for (const { key, value } of table) {
      if (strings.has(key)) enqueue(value)
      else lookedUp.set(key, [...(lookedUp.get(key) ?? []), value])
    }
  }

  function mention(node: ts.Identifier): void {
    if (isRightOfInstanceof(node)) return
    for (const declaration of symbolOf(node)?.declarations ?? []) {
      if (declaration === node.parent) continue
      const table = isLookedUpIn(node) ? nameTable(declaration) : undefined
      if (table) {
        lookUp(table)
        continue
      }
      if (declaration.getSourceFile() !== leaf) enter(declaration)
      else if (ts.isClassLike(declaration)) {
        classes.set(declaration, [...(classes.get(declaration) ?? []), node])
      }
    }
  }

  function symbolOf(node: ts.Identifier): ts.Symbol | undefined {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node)
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  }

  /** Goes on with what runs, or is handed on, when `declaration` is used. */
  function enter(declaration: ts.Declaration): void {
    if (!owns(declaration) || entered.has(declaration)) return
    entered.add(declaration)
    if (ts.isClassLike(declaration)) return enterClass(declaration)
    if (ts.isVariableDeclaration(declaration)) return enqueue(declaration.initializer)
    if (ts.isPropertyAssignment(declaration)) return enterFunction(declaration.initializer)
    if (ts.isShorthandPropertyAssignment(declaration)) return enterFunction(declaration.name)
    if (ts.isPropertyDeclaration(declaration)) enterFunction(declaration.initializer)
    if (ts.isFunctionLike(declaration)) enqueue(declaration)
    if (ts.isClassElement(declaration) || ts.isTypeElement(declaration)) {
      const members = implementations(declaration)
      members.forEach(enter)
      if (members.length === 0 && isPromise(declaration)) dangling.add(declaration)
    }
  }

  function enterClass(declaration: ts.ClassLikeDeclaration): void {
    for (const clause of declaration.heritageClauses ?? []) {
      if (clause.token === ts.SyntaxKind.ExtendsKeyword) clause.types.forEach(enqueue)
    }
    for (const member of declaration.members) {
      if (ts.isConstructorDeclaration(member) || ts.isClassStaticBlockDeclaration(member))
        enqueue(member)
      if (ts.isPropertyDeclaration(member)) enqueue(member.initializer)
    }
  }

  /** A field that holds a function is what a call of it runs; other values were made elsewhere. */
  function enterFunction(value: ts.Expression | undefined): void {
    if (value && isCallable(value)) enqueue(value)
  }

  /** A function that an interface promises; where it may be absent, so may what implements it. */
  function isPromise(declaration: ts.Declaration): boolean {
    const isOptional = 'questionToken' in declaration && declaration.questionToken !== undefined
    return ts.isTypeElement(declaration) && !isOptional && isCallable(declaration)
  }

  function isCallable(node: ts.Node): boolean {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(node))
    return type.getCallSignatures().length > 0
  }
}
