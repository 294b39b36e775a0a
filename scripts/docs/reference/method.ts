import { AUTH_ERRORS, PUBLIC_METHODS } from '../../lexicons/base-errors.js'
import { code, escape, json, prose, table } from '../html.js'
import type { Page } from '../layout.js'
import { type Fields, fieldTable, refLink } from './fields.js'
import type { Exchange, Method, Reference } from './read.js'

/** One method: what it takes, what it answers, how it fails, and one call of each kind. */
export function methodPage(method: Method, reference: Reference): Page {
  const { name, nsid, def } = method
  const sections = [
    section('parameters', 'Parameters', fieldTable((def.parameters ?? {}) as Fields, '')),
    section('input', 'Input', body('input' in def ? def.input : undefined)),
    section('output', 'Output', body('output' in def ? def.output : undefined)),
    section('events', 'Events', def.type === 'subscription' ? EVENTS : ''),
    ...local(method),
    section('example', 'Example', example(method)),
    section('errors', 'Errors', errors(method)),
  ].filter(({ html }) => html !== '')
  const kind = KINDS[def.type]!
  return {
    path: `reference/${name}.html`,
    title: name,
    summary: def.description ?? '',
    parts: sections.map(({ id, title }) => ({ id, title, summary: name })),
    body: `<p class="crumb"><a href="index.html">Reference</a> › ${escape(areaOf(method, reference))}</p>
<h1><code>${name}</code></h1>
<p class="route"><span class="verb ${def.type}">${kind}</span> <code>/xrpc/${nsid}</code></p>
<p class="lead">${prose(def.description ?? '')}</p>
<p class="note">${PUBLIC_METHODS.includes(name) ? 'Needs no token.' : `Needs a <a href="../guides/auth.html">service token</a> with <code>lxm</code> <code>${nsid}</code>.`}</p>
${sections.map(({ id, title, html }) => `<h2 id="${id}">${title}</h2>\n${html}`).join('\n')}`,
  }
}

const KINDS: Record<string, string> = { query: 'GET', procedure: 'POST', subscription: 'STREAM' }
const EVENTS =
  '<p>What it brings, over WebSocket as over Server-Sent Events, is on the page of <a href="events.html">events</a>.</p>'

function section(id: string, title: string, html: string) {
  return { id, title, html }
}

function body(content: Body | undefined): string {
  if (content === undefined) return ''
  if (content.encoding !== 'application/json') {
    return `<p><code>${escape(content.encoding)}</code>. ${prose(content.description ?? '')}</p>`
  }
  const { schema } = content
  if (schema?.type === 'ref') return `<p>${refLink(String(schema.ref), '')}</p>`
  return fieldTable((schema ?? {}) as Fields, '') || '<p>An empty object.</p>'
}

/** What only this method's lexicon defines; the events have a page of their own. */
function local({ def, doc }: Method) {
  if (def.type === 'subscription') return []
  return Object.entries(doc.defs)
    .filter(([id]) => id !== 'main')
    .map(([id, each]) =>
      section(
        id,
        id,
        `<p>${prose(('description' in each && each.description) || '')}</p>${fieldTable(each as Fields, '')}`,
      ),
    )
}

function example({ def, nsid, example: { answer, refusal } }: Method): string {
  if (answer === undefined) return ''
  const shown = [code(request(nsid, def.type, answer), 'sh')]
  if (answer.input !== undefined) shown.push('<p><code>input.json</code>:</p>', json(answer.input))
  if (answer.output !== undefined)
    shown.push(`<p>The answer, ${answer.status}:</p>`, json(answer.output))
  if (refusal?.output !== undefined) {
    shown.push(`<p>A refusal, ${refusal.status}:</p>`, json(refusal.output))
  }
  return `<p>Recorded from a run of the tests. Long bytes and lists are cut short.</p>${shown.join('\n')}`
}

export function request(nsid: string, type: string, { params, input }: Exchange): string {
  const query = Object.entries(params ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${name}=${each}`),
  )
  const url = `https://mls.example.com/xrpc/${nsid}${query.length > 0 ? `?${query.join('&')}` : ''}`
  return [
    `curl ${type === 'procedure' && input === undefined ? '-X POST ' : ''}'${url}'`,
    `-H "Authorization: Bearer $TOKEN"`,
    ...(input === undefined ? [] : [`-H 'Content-Type: application/json'`, `--data @input.json`]),
  ].join(' \\\n  ')
}

function errors({ def }: Method): string {
  const all = (def.errors ?? []).map(({ name, description }) => [name, description ?? ''])
  const everywhere: readonly string[] = AUTH_ERRORS
  const row = ([name = '', words = '']: string[]) => [
    `<a href="errors.html#${name}"><code>${name}</code></a>`,
    prose(words),
  ]
  const own = all.filter(([name]) => !everywhere.includes(name!))
  const shared = all.filter(([name]) => everywhere.includes(name!))
  const folded =
    shared.length === 0
      ? ''
      : `<details><summary>What every method with a token can answer</summary>${table(['Error', 'When'], shared.map(row))}</details>`
  return `${own.length > 0 ? table(['Error', 'When'], own.map(row)) : ''}${folded}`
}

function areaOf({ name }: Method, { areas }: Reference): string {
  return areas.find(({ methods }) => methods.some((each) => each.name === name))?.title ?? ''
}

interface Body {
  encoding: string
  description?: string | undefined
  schema?: { type: string; ref?: unknown } | undefined
}
