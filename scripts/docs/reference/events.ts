import { json, prose } from '../html.js'
import type { Page } from '../layout.js'
import { type Fields, fieldTable } from './fields.js'
import type { Reference } from './read.js'

/** What the stream brings. */
export function eventsPage({ events, eventExamples }: Reference): Page {
  return {
    path: 'reference/events.html',
    title: 'Events',
    summary: 'What the event stream brings, over WebSocket and Server-Sent Events.',
    parts: events.map(({ name }) => ({ id: name, title: name, summary: 'event' })),
    body: `<h1>Events</h1>
<p class="lead">What <a href="subscribeConvoEvents.html"><code>subscribeConvoEvents</code></a> brings. Events are hints, the log is the truth: a gap is filled with <a href="getMessages.html"><code>getMessages</code></a>. Over WebSocket they are DAG-CBOR frames, over Server-Sent Events the same as JSON, with the cursor as <code>id</code>.</p>
${events
  .map(({ name, def }) => {
    const words = 'description' in def ? (def.description ?? '') : ''
    const sample = eventExamples[name]
    return `<h2 id="${name}"><code>${name}</code></h2>\n<p>${prose(words)}</p>\n${fieldTable(def as Fields, '')}${sample ? json(sample) : ''}`
  })
  .join('\n')}`,
  }
}
