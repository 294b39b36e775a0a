import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { LexiconDoc, LexObject, LexRecord, LexUserType } from '@atproto/lexicon'
import { type Method as LexiconMethod, methodsOf } from '../../lexicons/methods.js'
import { readLexicons } from '../../../src/bin/lexicons/read.js'

const EVENTS = 'subscribeConvoEvents'

/** Everything that the lexicons say, with the examples that the tests recorded. */
export function readReference(root: string): Reference {
  const { docs } = readLexicons(join(root, 'lexicons'))
  const examples = readJson<Record<string, MethodExample>>(root, 'methods')
  const methods = methodsOf(docs).map((method) => ({
    ...method,
    doc: docs.find(({ id }) => id === method.nsid)!,
    example: examples[method.name] ?? {},
  }))
  return {
    methods,
    areas: readAreas(root, methods),
    views: objectsOf(docs, 'defs'),
    events: objectsOf(docs, EVENTS),
    eventExamples: readJson<Record<string, object>>(root, 'events'),
    records: docs.flatMap((doc) => {
      const main = doc.defs['main']
      return main?.type === 'record' ? [{ name: nameOf(doc), nsid: doc.id, def: main }] : []
    }),
  }
}

/** Methods by the directories of their handlers, in the order in which a client meets them. */
function readAreas(root: string, methods: Method[]): Area[] {
  const areaOf = new Map(
    globSync('src/api/*/*.ts', { cwd: root }).map((path) => [
      basename(path, '.ts'),
      basename(dirname(path)),
    ]),
  )
  return Object.entries(AREAS).map(([area, title]) => ({
    title,
    methods: methods.filter(({ name }) => (areaOf.get(name) ?? 'service') === area),
  }))
}

const AREAS: Record<string, string> = {
  service: 'Service',
  devices: 'Devices',
  keys: 'Key packages',
  convos: 'Conversations',
  welcomes: 'Welcomes',
  messages: 'Messages',
  stream: 'Stream',
  invites: 'Invites',
  blobs: 'Attachments',
  blocks: 'Blocks',
  moderation: 'Moderation',
  push: 'Push',
  account: 'Account',
}

function objectsOf(docs: LexiconDoc[], name: string): Named[] {
  const doc = docs.find((each) => nameOf(each) === name)
  return Object.entries(doc?.defs ?? {}).flatMap(([def, value]) =>
    def === 'main' ? [] : [{ name: def, def: value }],
  )
}

function nameOf({ id }: LexiconDoc): string {
  return id.split('.').at(-1)!
}

function readJson<T>(root: string, name: string): T {
  return JSON.parse(readFileSync(join(root, 'docs/examples', `${name}.json`), 'utf8')) as T
}

export interface Reference {
  methods: Method[]
  areas: Area[]
  views: Named[]
  events: Named[]
  eventExamples: Record<string, object>
  records: { name: string; nsid: string; def: LexRecord }[]
}

export interface Area {
  title: string
  methods: Method[]
}

export interface Method extends LexiconMethod {
  doc: LexiconDoc
  example: MethodExample
}

export interface Named {
  name: string
  def: LexUserType
}

export interface MethodExample {
  answer?: Exchange
  refusal?: Exchange
}

export interface Exchange {
  status: number
  params?: Record<string, unknown>
  input?: unknown
  output?: unknown
}

export type { LexObject }
