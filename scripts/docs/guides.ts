import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Marked } from 'marked'
import { code, escape, slug } from './html.js'
import type { Page, Part } from './layout.js'

/** Those that come first, in this order; others follow by name. */
const ORDER = [
  'curl-tour',
  'client-guide',
  'appviews',
  'auth',
  'lexicons',
  'operations',
  'database',
]

/** The pages of `docs/`. */
export function readGuides(root: string): Guide[] {
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)
  return globSync('docs/*.md', { cwd: root })
    .map((path) => ({ name: basename(path, '.md'), text: readFileSync(join(root, path), 'utf8') }))
    .sort((a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : 1))
    .map(({ name, text }) => ({ name, text, title: titleOf(text, name), summary: summaryOf(text) }))
}

export function guidePage({ name, title, summary, text }: Guide): Page {
  const parts: Part[] = []
  const used = new Map<string, number>()
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const inner = this.parser.parseInline(tokens)
        const words = slug(inner)
        const times = used.get(words) ?? 0
        used.set(words, times + 1)
        const id = times === 0 ? words : `${words}-${times}`
        if (depth === 2) parts.push({ id, title: plain(inner) })
        return `<h${depth} id="${id}">${inner}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens)
        const target = targetOf(href)
        return target === undefined ? inner : `<a href="${escape(target)}">${inner}</a>`
      },
      code({ text: sample, lang }) {
        return code(sample, (lang ?? '').split(' ')[0])
      },
      table(token) {
        const row = (cells: typeof token.header, tag: string) =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`
        const body = token.rows.map((cells) => row(cells, 'td')).join('\n')
        return `<div class="table"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`
      },
      html: ({ text: raw }) => escape(raw),
    },
  })
  const body = marked.parse(text, { async: false })
  return { path: `guides/${name}.html`, title, summary, body, parts }
}

/** Pages of the site stay, files of the repository are named only: they are not on the site. */
function targetOf(href: string): string | undefined {
  if (/^(?:https?:|#)/.test(href)) return href
  const [, name, anchor = ''] = /^(?:\.\/)?([\w-]+)\.md(#.*)?$/.exec(href) ?? []
  return name === undefined ? undefined : `${name}.html${anchor}`
}

function titleOf(text: string, name: string): string {
  return /^# (.+)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? name
}

/** The first sentence of the first paragraph. */
function summaryOf(text: string): string {
  const paragraph = text.split(/\n{2,}/).find((block) => /^[A-Z`@*[]/.test(block)) ?? ''
  const words = paragraph.replace(/\s+/g, ' ').replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
  return words.replaceAll('`', '').replace(/^(.{40,}?[.:])\s.*$/, '$1')
}

function plain(html: string): string {
  return html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

export interface Guide {
  /** Name of its file, without the ending. */
  name: string
  title: string
  summary: string
  /** Markdown. */
  text: string
}
