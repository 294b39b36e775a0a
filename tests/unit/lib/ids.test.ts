import { describe, expect, test } from 'vitest'
import { parseConvoId, parseDeviceId, parseDid } from '../../../src/lib/ids.js'

describe('parseDid', () => {
  test.each([
    'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
    'did:web:example.com',
    'did:web:mls.a-b.example.co.uk',
    'did:web:localhost',
    'did:web:localhost%3A3000',
  ])('takes %s as it is', (did) => {
    expect(parseDid(did)).toBe(did)
  })

  test.each([
    'did:plc:EWVI7NXZYOUN6ZHXRHS64OIZ',
    'did:plc:ewvi7nxzyoun6zhxrhs64oi',
    'did:plc:ewvi7nxzyoun6zhxrhs64oiz1',
    'did:plc:ewvi7nxzyoun6zhxrhs64oiz#atproto',
    'did:plc:ewvi7nxzyoun6zhxrhs64oiz?x=1',
    'did:web:Example.com',
    'did:web:example.com.',
    'did:web:example.com:path',
    'did:web:example.com%3A443',
    'did:web:127.0.0.1%3A3000',
    'did:web:localhost%3A0',
    'did:web:example.com/path',
    'did:web:-a.example.com',
    'did:web:example',
    'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme',
    ' did:web:example.com',
    'did:web:example.com\n',
    '',
    `did:web:${'a.'.repeat(200)}com`,
  ])('refuses %j', (text) => {
    expect(parseDid(text)).toBeUndefined()
  })
})

test('parseDeviceId', () => {
  expect(parseDeviceId('Phone_1.a-b')).toBe('Phone_1.a-b')
  for (const text of ['', 'a b', 'a#b', 'ä', 'a'.repeat(65), 'a\n']) {
    expect(parseDeviceId(text)).toBeUndefined()
  }
})

test('parseConvoId', () => {
  for (const bytes of [16, 64]) expect(parseConvoId('0f'.repeat(bytes))).toBeDefined()
  for (const text of [
    '0f'.repeat(15),
    '0f'.repeat(65),
    '0F'.repeat(16),
    `${'0f'.repeat(16)}0`,
    '',
  ]) {
    expect(parseConvoId(text)).toBeUndefined()
  }
})
