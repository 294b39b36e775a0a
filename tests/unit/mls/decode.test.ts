import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls'
import { describe, expect, test } from 'vitest'
import { decodeExact } from '../../../src/mls/decode.js'
import type { WireFormat } from '../../../src/mls/wire/protocol.js'
import { fromHex, readVectors, toHex } from './vectors.js'

const MAX = 4 * 1024 * 1024

const FORMATS = {
  mls_welcome: 'mls_welcome',
  mls_group_info: 'mls_group_info',
  mls_key_package: 'mls_key_package',
  public_message_application: 'mls_public_message',
  public_message_proposal: 'mls_public_message',
  public_message_commit: 'mls_public_message',
  private_message: 'mls_private_message',
} as const satisfies Record<string, WireFormat>

type Name = keyof typeof FORMATS
const NAMES = Object.keys(FORMATS) as Name[]
const messages = readVectors<Record<Name, string>>('messages')

describe.each(NAMES)('%s of the vectors', (name) => {
  const format = FORMATS[name]

  test('decodes', () => {
    for (const vector of messages) {
      expect(decodeExact(fromHex(vector[name]), format, MAX)).toMatchObject({ ok: true })
    }
  })

  test('is refused with a byte after it, and at every shorter length', () => {
    const bytes = fromHex(messages[0]![name])
    expect(ruleOf(Buffer.concat([bytes, Uint8Array.of(0)]), format)).toBe('noTrailingBytes')
    for (let length = 0; length < bytes.length; length++) {
      expect(ruleOf(bytes.subarray(0, length), format)).toBe('complete')
    }
  })

  test('is refused as any other format', () => {
    const bytes = fromHex(messages[0]![name])
    for (const other of new Set(Object.values(FORMATS))) {
      if (other !== format) expect(ruleOf(bytes, other)).toBe('wireFormat')
    }
  })

  test('one byte more than allowed is too large', () => {
    const bytes = fromHex(messages[0]![name])
    expect(decodeExact(bytes, format, bytes.length)).toMatchObject({ ok: true })
    expect(decodeExact(bytes, format, bytes.length - 1)).toMatchObject({
      refusal: { error: 'TooLarge' },
    })
  })
})

/**
 * The service never encodes what it decoded; that it could not differ is shown by ts-mls, which
 * reads leniently but writes canonically. The control: ts-mls does take inputs that it would write differently.
 */
test('what is accepted encodes to the same bytes, also after any change of a byte', () => {
  const seen = { both: 0, nonCanonicalThere: 0, nonCanonicalHere: 0 }
  for (const name of NAMES) {
    for (const vector of messages.slice(0, 3)) {
      const original = fromHex(vector[name])
      for (let at = 0; at < original.length; at++) {
        for (const bytes of changed(original, at)) {
          const here = decodeExact(bytes, FORMATS[name], MAX).ok
          const there = encodedAgain(bytes)
          if (there === undefined) continue
          const canonical = there === toHex(bytes)
          if (!canonical) seen.nonCanonicalThere++
          if (here) seen[canonical ? 'both' : 'nonCanonicalHere']++
        }
      }
    }
  }
  expect(seen.nonCanonicalHere).toBe(0)
  expect(seen.both).toBeGreaterThan(1_000)
  expect(seen.nonCanonicalThere).toBeGreaterThan(10)
})

/** Other values of one byte, and a longer header in case it is a length. */
function changed(original: Uint8Array, at: number): Uint8Array[] {
  const values = [0x01, 0x40, 0x80, 0xff].map((bits) => original.with(at, original[at]! ^ bits))
  const head = original.subarray(0, at)
  const tail = original.subarray(at)
  return [...values, Buffer.concat([head, Uint8Array.of(0x40), tail])]
}

function ruleOf(bytes: Uint8Array, format: WireFormat): string | undefined {
  const verdict = decodeExact(bytes, format, MAX)
  return verdict.ok ? undefined : verdict.refusal.rule
}

/** What ts-mls makes of all the bytes and back, as hex; undefined where it stops before the end. */
function encodedAgain(bytes: Uint8Array): string | undefined {
  try {
    const decoded = decodeMlsMessage(bytes, 0)
    return decoded?.[1] === bytes.length ? toHex(encodeMlsMessage(decoded[0])) : undefined
  } catch {
    return undefined
  }
}
