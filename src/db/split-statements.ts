/**
 * The statements of a migration file: separated by `;` at the end of a line, save between `$$` marks.
 * Line comments are dropped.
 */
export function splitStatements(text: string): string[] {
  const statements: string[] = []
  let lines: string[] = []
  let quoted = false
  for (const line of text.split('\n')) {
    if (!quoted && /^\s*(?:--.*)?$/.test(line)) continue
    lines.push(line)
    if ((line.match(/\$\$/g)?.length ?? 0) % 2 === 1) quoted = !quoted
    if (!quoted && line.trimEnd().endsWith(';')) {
      statements.push(lines.join('\n').trimEnd().slice(0, -1))
      lines = []
    }
  }
  if (lines.length > 0) throw new Error(`A statement does not end with ";": ${lines[0]}`)
  return statements
}
