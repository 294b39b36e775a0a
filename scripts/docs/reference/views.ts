import { escape, prose } from '../html.js'
import type { Page } from '../layout.js'
import { type Fields, fieldTable } from './fields.js'
import type { Reference } from './read.js'

/** What answers are made of. */
export function viewsPage({ views }: Reference): Page {
  return {
    path: 'reference/views.html',
    title: 'Views',
    summary: 'What the answers of the methods are made of.',
    parts: views.map(({ name }) => ({ id: name, title: name, summary: 'view' })),
    body: `<h1>Views</h1>
<p class="lead">What answers are made of: <code>blue.catbird.mls.defs</code>. Bytes are <code>{"$bytes": "…"}</code> in JSON, in base64. A field that is not marked may be absent; new ones may come.</p>
${views
  .map(({ name, def }) => {
    const words = 'description' in def ? (def.description ?? '') : ''
    const fields =
      def.type === 'object' ? fieldTable(def as Fields, '') : `<p>${escape(def.type)}</p>`
    return `<h2 id="${name}"><code>${name}</code></h2>\n<p>${prose(words)}</p>\n${fields}`
  })
  .join('\n')}`,
  }
}
