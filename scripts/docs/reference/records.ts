import { prose } from '../html.js'
import type { Page } from '../layout.js'
import { type Fields, fieldTable } from './fields.js'
import type { Reference } from './read.js'

/** What accounts write into their own repositories. */
export function recordsPage({ records }: Reference): Page {
  return {
    path: 'reference/records.html',
    title: 'Records',
    summary: 'What accounts write into their own repositories, for others to read with proof.',
    parts: records.map(({ name }) => ({ id: name, title: name, summary: 'record' })),
    body: `<h1>Records</h1>
<p class="lead">What an account says in its own signed repository: for the service, and for others to check without believing the service.</p>
${records
  .map(
    ({ name, nsid, def }) =>
      `<h2 id="${name}"><code>${nsid}</code></h2>\n<p>${prose(def.description ?? '')}</p>\n<p class="bounds">Record key: <code>${def.key ?? 'any'}</code>.</p>\n${fieldTable(def.record as Fields, '')}`,
  )
  .join('\n')}`,
  }
}
