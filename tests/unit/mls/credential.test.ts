import { expect, test } from 'vitest'
import { formatIdentity, parseIdentity } from '../../../src/mls/credential.js'

const PLC = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'

test.each([
  [`${PLC}#phone`, PLC, 'phone'],
  [`${PLC}#a.B-c_9`, PLC, 'a.B-c_9'],
  ['did:web:example.com#1', 'did:web:example.com', '1'],
])('%s', (text, did, deviceId) => {
  const identity = parseIdentity(utf8(text))
  expect(identity).toEqual({ did, deviceId })
  expect(formatIdentity(identity!)).toEqual(utf8(text))
})

test.each([
  ['', 'nothing'],
  [PLC, 'no device'],
  [`${PLC}#`, 'an empty device'],
  [`#phone`, 'no account'],
  [`${PLC}#phone#2`, 'two fragments'],
  [`${PLC}#ph one`, 'a space'],
  [`${PLC}#phoné`, 'a letter beyond ASCII'],
  [`${PLC.toUpperCase()}#phone`, 'upper case'],
  [`${PLC}?x=1#phone`, 'a query'],
  [`did:key:zQ3sh#phone`, 'another method'],
  [`${PLC}#${'d'.repeat(65)}`, 'a long device'],
  [`${PLC}\0#phone`, 'a NUL'],
])('%j is no device: %s', (text) => {
  expect(parseIdentity(utf8(text))).toBeUndefined()
})

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
