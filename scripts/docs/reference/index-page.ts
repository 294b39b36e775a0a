import { escape, prose } from '../html.js'
import type { Page } from '../layout.js'
import { slug } from '../html.js'
import type { Reference } from './read.js'

/** All methods, by what they are about. */
export function referenceIndex({ areas, methods }: Reference): Page {
  const parts = areas.map(({ title }) => ({ id: slug(title), title }))
  const lists = areas.map(({ title, methods: own }) => {
    const items = own.map(
      ({ name, def }) =>
        `<li><a href="${name}.html"><code>${name}</code></a><span>${prose(firstSentence(def.description ?? ''))}</span></li>`,
    )
    return `<h2 id="${slug(title)}">${escape(title)}</h2>\n<ul class="methods">${items.join('\n')}</ul>`
  })
  return {
    path: 'reference/index.html',
    title: 'All methods',
    summary: `The ${methods.length} methods of the service, by what they are about.`,
    parts,
    body: `<h1>All methods</h1>
<p class="lead">All are <code>blue.catbird.mls.*</code>, called as XRPC: queries by GET, procedures by POST with a JSON body, <a href="subscribeConvoEvents.html">events</a> by WebSocket or Server-Sent Events. What they answer is made of <a href="views.html">views</a>; how they fail is on the page of <a href="errors.html">errors</a>.</p>
${lists.join('\n')}`,
  }
}

export function firstSentence(text: string): string {
  return /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text
}
