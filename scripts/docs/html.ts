/** Text for HTML, in elements and attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]!)
}

/** Text in which `code` is set as code. */
export function prose(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/<[^>]+>|[`'’“”]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

export function table(head: string[], rows: string[][]): string {
  const cells = (tag: string, row: string[]) =>
    row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')
  return `<div class="table"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${body}</tbody></table></div>`
}

export function code(text: string, language = ''): string {
  return `<pre class="code"${language && ` data-language="${escape(language)}"`}><code>${escape(text)}</code></pre>`
}

export function json(value: unknown): string {
  return code(JSON.stringify(value, null, 2), 'json')
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
