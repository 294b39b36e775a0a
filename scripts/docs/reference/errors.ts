import { json, prose } from '../html.js'
import type { Page } from '../layout.js'
import type { Exchange, Reference } from './read.js'

/** Every error by its name: what it says in each place, which status it has, and who can give it. */
export function errorsPage(reference: Reference): Page {
  const errors = collect(reference)
  return {
    path: 'reference/errors.html',
    title: 'Errors',
    summary: 'Every error that a method can answer, with its status and what to do.',
    parts: errors.map(({ name }) => ({ id: name, title: name, summary: 'error' })),
    body: `<h1>Errors</h1>
<p class="lead">A refusal is <code>{"error": "Name", "message": "…"}</code>. The name is stable; the message says what was wrong, in words for developers. An error changes nothing. Try again, with the same bytes, after <code>429</code> (as <code>Retry-After</code> says), <code>502</code>, <code>503</code>, or no answer at all.</p>
${errors.map(entry).join('\n')}`,
  }
}

function entry({ name, descriptions, methods, example, total }: Collected): string {
  const by =
    methods.length > total / 2
      ? `<p class="bounds">Of ${methods.length} of the ${total} methods.</p>`
      : `<p class="bounds">Of ${methods.map((method) => `<a href="${method}.html"><code>${method}</code></a>`).join(', ')}.</p>`
  const shown = example ? `<p>For example, ${example.status}:</p>${json(example.output)}` : ''
  return `<h2 id="${name}"><code>${name}</code></h2>\n${descriptions.map((words) => `<p>${prose(words)}</p>`).join('')}\n${by}${shown}`
}

function collect({ methods }: Reference): Collected[] {
  const names = [...new Set(methods.flatMap(({ errors }) => errors))].sort()
  return names.map((name) => {
    const giving = methods.filter(({ errors }) => errors.includes(name))
    const descriptions = giving.flatMap(({ def }) =>
      (def.errors ?? []).filter((error) => error.name === name).map((e) => e.description ?? ''),
    )
    const example = methods
      .map(({ example }) => example.refusal)
      .find((refusal) => (refusal?.output as { error?: string } | undefined)?.error === name)
    return {
      name,
      descriptions: [...new Set(descriptions)],
      methods: giving.map((method) => method.name),
      total: methods.length,
      example,
    }
  })
}

interface Collected {
  name: string
  descriptions: string[]
  methods: string[]
  total: number
  example: Exchange | undefined
}
