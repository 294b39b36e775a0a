import type { Guide } from './guides.js'
import { firstSentence } from './reference/index-page.js'
import type { Method, Reference } from './reference/read.js'

const ABOUT = `# Catbird MLS

> Delivery service for end-to-end encrypted group chat (MLS, RFC 9420) of AT Protocol accounts, and its TypeScript client. All methods are XRPC, \`blue.catbird.mls.*\`; each call carries a service token made for that method.
`

/** What there is and where, for programs (llmstxt.org). */
export function llmsIndex(guides: Guide[], { areas }: Reference): string {
  const lists = areas.map(({ title, methods }) => {
    const lines = methods.map(
      ({ name, def }) =>
        `- [${name}](reference/${name}.html): ${firstSentence(def.description ?? '')}`,
    )
    return `## ${title}\n\n${lines.join('\n')}\n`
  })
  const pages = guides.map(
    ({ name, title, summary }) => `- [${title}](guides/${name}.md): ${summary}`,
  )
  return `${ABOUT}
## Guides

${pages.join('\n')}
- [Everything in one file](llms-full.txt)

${lists.join('\n')}
## Shared

- [Views](reference/views.html): what answers are made of
- [Events](reference/events.html): what the stream brings
- [Errors](reference/errors.html): every error by its name
- [Records](reference/records.html): what accounts write into their own repositories
`
}

/** The guides, and each method with its lexicon and an example. */
export function llmsFull(guides: Guide[], { methods, views, events }: Reference): string {
  return [
    ABOUT,
    ...guides.map(({ text }) => text),
    '# Methods\n',
    ...methods.map(methodText),
    '# Views\n',
    ...[...views, ...events].map(({ name, def }) => fenced(name, def)),
  ].join('\n')
}

function methodText({ name, doc, example: { answer } }: Method): string {
  return `${fenced(name, doc.defs)}${answer ? `\nExample:\n\n${block(answer)}` : ''}`
}

function fenced(title: string, value: unknown): string {
  return `## ${title}\n\n${block(value)}`
}

function block(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value)}\n\`\`\`\n`
}
