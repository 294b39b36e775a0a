import type { LexiconDoc } from '@atproto/lexicon'
import { describe, expect, test } from 'vitest'
import { breaksOf } from '../../../src/bin/lexicons/breaks.js'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- the changes write what no type allows */
type Loose = any

describe('what nobody notices', () => {
  test.each<[string, (docs: Docs) => void]>([
    ['nothing', () => undefined],
    ['other words', (d) => (d.send.main.description = 'Other.')],
    ['a new lexicon', (d) => (d.more = { main: { type: 'token' } })],
    ['a new definition', (d) => (d.defs.more = { type: 'token' })],
    ['a new optional field', (d) => (d.defs.view.properties.more = { type: 'boolean' })],
    ['a new known value', (d) => d.defs.view.properties.kind.knownValues.push('c')],
    ['a new error', (d) => d.send.main.errors.push({ name: 'More' })],
    ['a new kind of event', (d) => d.defs.event.refs.push('#more')],
    ['a longer text to send', (d) => (sent(d).text.maxLength = 20)],
    ['a larger number to send', (d) => (sent(d).count.maximum = 20)],
    ['a smaller number to send', (d) => (sent(d).count.minimum = 0)],
    ['a new optional parameter', (d) => (asked(d).properties.more = { type: 'boolean' })],
    ['first parameters, optional', (d) => (d.send.main.parameters = { type: 'params' })],
    ['another permission', (d) => d.auth.main.permissions[0].lxm.push('a.b.more')],
  ])('%s', (_, change) => expect(breaks(change)).toEqual([]))
})

describe('what breaks somebody', () => {
  test.each<[string, (docs: Docs) => void, string]>([
    ['a lexicon that is gone', (d) => delete d.ask, 'a.b.ask: the lexicon is gone'],
    [
      'a definition that is gone',
      (d) => delete d.defs.view,
      'a.b.defs#view: the definition is gone',
    ],
    ['another type', (d) => (d.send.main.type = 'query'), '"procedure" became "query"'],
    [
      'another type of a field',
      (d) => (sent(d).text = { type: 'bytes' }),
      'a.b.send#main.input.text: "string" became "bytes"',
    ],
    ['a field that is gone', (d) => delete sent(d).note, 'input.note: the field is gone'],
    ['a parameter that is gone', (d) => delete asked(d).properties.id, 'id: the field is gone'],
    [
      'a new field that is required',
      (d) => d.send.main.input.schema.required.push('more'),
      'input.more: required now',
    ],
    [
      'an optional field that is required',
      (d) => d.send.main.input.schema.required.push('note'),
      'input.note: required now',
    ],
    ['a field that may be left out', (d) => d.defs.view.required.pop(), 'kind: no longer required'],
    ['a field that may be null', (d) => (d.defs.view.nullable = ['kind']), 'kind: nullable now'],
    ['a shorter text to send', (d) => (sent(d).text.maxLength = 5), 'narrower, maxLength was 10'],
    ['a first limit', (d) => (sent(d).note.maxLength = 5), 'narrower, maxLength was none and is 5'],
    ['fewer graphemes', (d) => (sent(d).text.maxGraphemes = 2), 'narrower, maxGraphemes'],
    ['a smaller number', (d) => (sent(d).count.maximum = 5), 'narrower, maximum was 10 and is 5'],
    [
      'a larger least number',
      (d) => (sent(d).count.minimum = 2),
      'narrower, minimum was 1 and is 2',
    ],
    ['a longer least text', (d) => (sent(d).text.minLength = 1), 'narrower, minLength'],
    ['fewer items', (d) => (sent(d).list.maxLength = 2), 'list: narrower, maxLength'],
    ['shorter items', (d) => (sent(d).list.items.maxLength = 2), 'list.items: narrower'],
    [
      'a longer text in an answer',
      (d) => (d.defs.view.properties.kind.maxLength = 20),
      'view.kind: wider, maxLength was 10 and is 20',
    ],
    [
      'a larger number in an answer',
      (d) => (d.ask.main.output.schema.properties.seq.maximum = 20),
      'output.seq: wider',
    ],
    ['another format', (d) => (sent(d).did.format = 'handle'), 'format was "did" and is "handle"'],
    ['a closed vocabulary', (d) => (sent(d).text.enum = ['a']), 'enum was none and is ["a"]'],
    ['another default', (d) => (sent(d).count.default = 2), 'default was none and is 2'],
    ['another constant', (d) => (sent(d).count.const = 2), 'const was none and is 2'],
    ['another reference', (d) => (sent(d).view.ref = 'a.b.defs#event'), 'ref was "a.b.defs#view"'],
    ['a kind of event that is gone', (d) => d.defs.event.refs.pop(), 'refs lacks #kind'],
    ['a closed union', (d) => (d.defs.event.closed = true), 'closed was none and is true'],
    ['an error that is gone', (d) => d.send.main.errors.pop(), 'errors lacks Oops'],
    ['an input that is gone', (d) => delete d.send.main.input, 'main.input: gone'],
    ['a first output', (d) => (d.send.main.output = { encoding: '*/*' }), 'main.output: new'],
    ['parameters that are gone', (d) => delete d.ask.main.parameters, 'main.parameters: gone'],
    [
      'first parameters, required',
      (d) => (d.send.main.parameters = { type: 'params', required: ['id'] }),
      'main.parameters: new',
    ],
    ['another encoding', (d) => (d.send.main.input.encoding = '*/*'), 'encoding was "application'],
    ['another key of a record', (d) => (d.record.main.key = 'tid'), 'key was "literal:self"'],
    [
      'a record with a requirement',
      (d) => (d.record.main.record.required = ['a']),
      'record.a: required now',
    ],
    [
      'a permission that is gone',
      (d) => d.auth.main.permissions[0].lxm.pop(),
      'permissions lacks rpc a.b.send',
    ],
  ])('%s', (_, change, problem) => expect(breaks(change).join('\n')).toContain(problem))
})

function breaks(change: (docs: Docs) => void): string[] {
  const after = structuredClone(DOCS)
  change(after)
  return breaksOf(lexicons(DOCS), lexicons(after))
}

function lexicons(docs: Docs): LexiconDoc[] {
  return Object.entries(docs).map(([name, defs]) => ({
    lexicon: 1,
    id: `a.b.${name}`,
    defs,
  })) as never
}

function sent(docs: Docs): Loose {
  return docs.send.main.input.schema.properties
}

function asked(docs: Docs): Loose {
  return docs.ask.main.parameters
}

type Docs = Record<string, Loose>

const DOCS: Docs = {
  defs: {
    view: {
      type: 'object',
      required: ['id', 'kind'],
      properties: {
        id: { type: 'string' },
        kind: { type: 'string', knownValues: ['a', 'b'], maxLength: 10 },
      },
    },
    event: { type: 'union', refs: ['#view', '#kind'] },
  },
  ask: {
    main: {
      type: 'query',
      parameters: { type: 'params', required: ['id'], properties: { id: { type: 'string' } } },
      output: {
        encoding: 'application/json',
        schema: { type: 'object', properties: { seq: { type: 'integer', maximum: 10 } } },
      },
    },
  },
  send: {
    main: {
      type: 'procedure',
      description: 'Send.',
      input: {
        encoding: 'application/json',
        schema: {
          type: 'object',
          required: ['text'],
          properties: {
            text: { type: 'string', maxLength: 10, maxGraphemes: 5 },
            note: { type: 'string' },
            did: { type: 'string', format: 'did' },
            count: { type: 'integer', minimum: 1, maximum: 10 },
            list: { type: 'array', maxLength: 5, items: { type: 'string', maxLength: 5 } },
            view: { type: 'ref', ref: 'a.b.defs#view' },
          },
        },
      },
      errors: [{ name: 'Bad' }, { name: 'Oops' }],
    },
  },
  record: { main: { type: 'record', key: 'literal:self', record: { type: 'object' } } },
  auth: {
    main: {
      type: 'permission-set',
      permissions: [{ type: 'permission', resource: 'rpc', lxm: ['a.b.ask', 'a.b.send'] }],
    },
  },
}
