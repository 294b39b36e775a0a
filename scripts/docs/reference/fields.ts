import { escape, prose, table } from '../html.js'

/** The fields of an object or of parameters; `at` leads from this page to the reference. */
export function fieldTable(schema: Fields, at: string): string {
  const required = new Set(schema.required ?? [])
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    `<code class="name">${escape(name)}</code>${required.has(name) ? '<span class="must">required</span>' : ''}`,
    typeOf(field, at),
    [prose(field.description ?? ''), boundsOf(field)].filter(Boolean).join(' '),
  ])
  return rows.length === 0 ? '' : table(['Field', 'Type', 'What it is'], rows)
}

function typeOf(field: Field, at: string): string {
  switch (field.type) {
    case 'array':
      return `list of ${typeOf(field.items!, at)}`
    case 'ref':
      return refLink(field.ref!, at)
    case 'union':
      return (field.refs ?? []).map((ref) => refLink(ref, at)).join(' or ')
    default:
      return escape(field.format ?? field.type)
  }
}

export function refLink(ref: string, at: string): string {
  const [nsid = '', def = 'main'] = ref.split('#')
  const name = escape(def)
  const doc = nsid.split('.').at(-1)
  if (doc === '') return `<a href="#${name}"><code>${name}</code></a>`
  if (doc === 'defs') return `<a href="${at}views.html#${name}"><code>${name}</code></a>`
  return `<code>${escape(ref)}</code>`
}

function boundsOf(field: Field): string {
  const said = [
    field.knownValues &&
      `One of ${field.knownValues.map((v) => `<code>${escape(v)}</code>`).join(', ')}.`,
    field.default !== undefined && `Default <code>${escape(String(field.default))}</code>.`,
    range(field.minimum, field.maximum, ''),
    field.maxGraphemes !== undefined && `Up to ${number(field.maxGraphemes)} characters.`,
    field.type === 'bytes' && field.maxLength !== undefined && `Up to ${bytes(field.maxLength)}.`,
    field.type === 'array' && range(field.minLength, field.maxLength, ' items'),
  ]
  const words = said.filter(Boolean).join(' ')
  return words && `<span class="bounds">${words}</span>`
}

function range(min: number | undefined, max: number | undefined, unit: string): string | false {
  const end = max !== undefined && max < Number.MAX_SAFE_INTEGER ? max : undefined
  if (min !== undefined && end !== undefined) return `${number(min)} to ${number(end)}${unit}.`
  return end !== undefined && `Up to ${number(end)}${unit}.`
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function bytes(count: number): string {
  if (count >= 1024 * 1024) return `${count / 1024 / 1024} MiB`
  return count >= 1024 ? `${count / 1024} KiB` : `${count} bytes`
}

/** As much of lexicon objects, parameters and their fields as is shown. */
export interface Fields {
  required?: string[] | undefined
  properties?: Record<string, Field> | undefined
}

interface Field {
  type: string
  description?: string
  format?: string
  ref?: string
  refs?: string[]
  items?: Field
  knownValues?: string[]
  default?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxGraphemes?: number
}
