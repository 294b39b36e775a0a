import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/index.js'
import { createLogger, faultFields, plainWords, tag } from '../../../src/logger.js'

describe('plainWords', () => {
  it.each([
    'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
    'did:web:alice.example',
    'deadbeefdeadbeefdeadbeefdeadbeef',
    'abcdefabcdefabcdefabcdefabcdefab',
    '01HZX3J9Q2V6K8W4N5M7P0R1ST',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    '192.0.2.7',
    '2001:db8::1',
    'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiJkaWQ6cGxjOngifQ.c2ln',
    '1:8842:17',
  ])('drops %s', (id) => {
    for (const text of [`key (${id}) exists`, `value "${id}"`, id, `at ${id}: no`]) {
      expect(plainWords(text)).not.toContain(id)
    }
  })

  it('keeps what a person reads', () => {
    const text = 'duplicate key value violates unique constraint "members_pkey"'
    expect(plainWords(text)).toBe(text)
  })
})

describe('faultFields', () => {
  it('keeps code, frames and cause, and no value', () => {
    const cause = Object.assign(new Error('invalid input: "did:plc:abc"'), {
      code: '22P02',
      detail: 'Key (did)=(did:plc:abc) is bad',
    })
    const fields = faultFields(new TypeError('failed', { cause }))
    expect(fields).toMatchObject({ type: 'TypeError', cause: { code: '22P02' } })
    expect(fields.frames?.[0]).toMatch(/^at /)
    expect(JSON.stringify(fields)).not.toContain('did:plc')
  })

  it.each([undefined, null, 'did:plc:abc', 7])('survives %s', (thrown) => {
    expect(JSON.stringify(faultFields(thrown))).not.toContain('did:plc')
  })
})

describe('a line', () => {
  it('has the fields that are known to hold no id, and the names of the others', () => {
    const lines: string[] = []
    const parsed = parseConfig({ NODE_ENV: 'test', LOG_LEVEL: 'trace' })
    if (!parsed.ok) throw new Error(parsed.refusal.join())
    const logger = createLogger(parsed.value, { write: (line) => void lines.push(line) })
    logger.trace({ job: 'forgetEvents', did: 'did:plc:abc', convoId: 'beef' }, 'words')
    logger.error(new Error('not at did:plc:abc'))
    const [first, second] = lines.map((line) => JSON.parse(line) as object)
    expect(first).toEqual({
      level: 10,
      time: expect.any(String),
      job: 'forgetEvents',
      dropped: ['did', 'convoId'],
      msg: 'words',
    })
    expect(second).toMatchObject({ err: { type: 'Error', message: 'not at …' }, msg: 'a fault' })
    expect(lines.join()).not.toMatch(/did:plc|beef/)
  })
})

describe('tag', () => {
  it('is the same for the same id, and differs for others', () => {
    expect(tag('did:plc:a')).toBe(tag('did:plc:a'))
    expect(tag('did:plc:a')).not.toBe(tag('did:plc:b'))
    expect(tag('did:plc:a')).toMatch(/^[0-9a-f]{12}$/)
  })
})
