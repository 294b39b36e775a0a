import { escape } from './html.js'

/** The whole HTML of a page. Scripts and styles are files of the site: nothing is inline. */
export function layOut(page: Page, sections: Section[]): string {
  const root = '../'.repeat(page.path.split('/').length - 1) || './'
  const title = page.path === 'index.html' ? 'Catbird MLS' : `${page.title} · Catbird MLS`
  return `<!doctype html>
<html lang="en" data-root="${root}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escape(page.summary)}">
<title>${escape(title)}</title>
<link rel="icon" href="${root}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}style.css">
<script src="${root}search.js" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header class="top">
<a class="brand" href="${root}index.html"><img src="${root}icon.svg" alt="" width="26" height="26">Catbird <span>MLS</span></a>
<search class="search" role="search">
<label class="hidden" for="search">Search the documentation</label>
<input id="search" type="search" placeholder="Search methods, views, guides" autocomplete="off" spellcheck="false" aria-controls="found" aria-expanded="false" role="combobox" aria-autocomplete="list">
<kbd aria-hidden="true">/</kbd>
<ul id="found" role="listbox" aria-label="Found" hidden></ul>
</search>
</header>
<div class="frame">
<nav class="side" aria-label="Pages">
<details class="menu"><summary>All pages</summary>
${navigation(page, sections, root)}
</details>
</nav>
<main id="content" class="text">
${page.body}
</main>
${onThisPage(page)}
</div>
</body>
</html>
`
}

function navigation(current: Page, sections: Section[], root: string): string {
  return sections
    .map(({ title, pages }) => {
      const links = pages.map((page) => {
        const here = page.path === current.path ? ' aria-current="page"' : ''
        return `<li><a href="${root}${page.path}"${here}>${escape(page.title)}</a></li>`
      })
      return `<section><h2>${escape(title)}</h2><ul>${links.join('')}</ul></section>`
    })
    .join('\n')
}

function onThisPage({ parts = [] }: Page): string {
  if (parts.length < 3) return ''
  const links = parts.map(({ id, title }) => `<li><a href="#${id}">${escape(title)}</a></li>`)
  return `<aside class="toc" aria-label="On this page"><h2>On this page</h2><ul>${links.join('')}</ul></aside>`
}

export interface Page {
  /** Below the root of the site, with its ending. */
  path: string
  title: string
  /** One sentence, as plain text. */
  summary: string
  /** HTML. */
  body: string
  /** What can be linked to and found. */
  parts?: Part[]
}

export interface Part {
  id: string
  title: string
  summary?: string
}

export interface Section {
  title: string
  pages: Page[]
}
