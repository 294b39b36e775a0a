import ts from 'typescript'

/** The entries of a constant that maps names to names. */
export function nameTable(declaration: ts.Declaration): NameEntry[] | undefined {
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined
  const literal = withoutAssertion(declaration.initializer)
  if (!ts.isObjectLiteralExpression(literal)) return undefined
  const entries: NameEntry[] = []
  for (const property of literal.properties) {
    if (!ts.isPropertyAssignment(property)) return undefined
    if (ts.isComputedPropertyName(property.name)) return undefined
    if (!ts.isStringLiteralLike(property.initializer)) return undefined
    entries.push({ key: property.name.text, value: property.initializer })
  }
  return entries
}

/** `{ … } as const`, `{ … } satisfies T`: the literal in it. */
function withoutAssertion(value: ts.Expression): ts.Expression {
  return ts.isAsExpression(value) || ts.isSatisfiesExpression(value)
    ? withoutAssertion(value.expression)
    : value
}

/** `node[…]`. */
export function isLookedUpIn(node: ts.Node): boolean {
  return ts.isElementAccessExpression(node.parent) && node.parent.expression === node
}

/** What is gone when the program runs, or stands for itself elsewhere (imports). */
export function isTypeOnly(node: ts.Node): boolean {
  return (
    (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node)
  )
}

/** A label of a `switch`, or one side of `===`: such a string asks for a value and makes none. */
export function isCompared({ parent }: ts.Node): boolean {
  if (ts.isCaseClause(parent)) return true
  return (
    ts.isBinaryExpression(parent) &&
    (parent.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
      parent.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken)
  )
}

/** `… instanceof node`: recognises and makes none. */
export function isRightOfInstanceof(node: ts.Node): boolean {
  return (
    ts.isBinaryExpression(node.parent) &&
    node.parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
    node.parent.right === node
  )
}

export interface NameEntry {
  key: string
  value: ts.StringLiteralLike
}
