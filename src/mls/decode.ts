import { accept } from '../lib/verdict.js'
import { OverBudgetError } from './time-budget.js'
import { fault, refuseMls, type MlsErrorName, type MlsVerdict } from './verdict.js'
import { readPrivateMessage, readPublicMessage } from './wire/framing.js'
import { readGroupInfo } from './wire/group-info.js'
import { readKeyPackage } from './wire/key-package.js'
import { Malformed } from './wire/malformed.js'
import { readVersion, WIRE_FORMATS, type WireFormat } from './wire/protocol.js'
import { Reader } from './wire/reader.js'
import { readWelcomeStruct } from './wire/welcome.js'

const PARSERS = {
  mls_public_message: readPublicMessage,
  mls_private_message: readPrivateMessage,
  mls_welcome: readWelcomeStruct,
  mls_group_info: readGroupInfo,
  mls_key_package: readKeyPackage,
} satisfies Record<WireFormat, (r: Reader) => unknown>

export type Decoded<F extends WireFormat> = ReturnType<(typeof PARSERS)[F]>

/**
 * The one MLSMessage (RFC 9420 §6) of the wanted format that `bytes` is, or a refusal.
 *
 * Exact: nothing follows it, and since the parsers take one encoding per value, encoding it again
 * gives the same bytes. Counts and sizes are limited while parsing (`wire/limits.ts`), the nesting
 * is that of the format, and the time is linear in `bytes.length`. Nothing that the input can make
 * a parser throw gets out; that a time budget has ended does.
 */
export function decodeExact<F extends WireFormat>(
  bytes: Uint8Array,
  format: F,
  maxBytes: number,
): MlsVerdict<Decoded<F>> {
  if (bytes.length > maxBytes) return tooLarge(bytes.length, maxBytes)
  const error = ERRORS[format]
  try {
    const r = new Reader(bytes)
    readVersion(r)
    if (r.u16() !== WIRE_FORMATS[format]) {
      return refuseMls(
        error,
        fault('wireFormat', 'RFC 9420 §6', `The message is not an MLSMessage of ${format}.`),
      )
    }
    const decoded = PARSERS[format](r) as Decoded<F>
    r.finish('message')
    return accept(decoded)
  } catch (thrown) {
    return refuseMls(error, faultOf(thrown))
  }
}

/**
 * The fault that a parser found; anything else it throws is a fault of the bytes as well.
 *
 * @throws {OverBudgetError} which tells nothing of the bytes
 */
export function faultOf(thrown: unknown): ReturnType<typeof fault> {
  if (thrown instanceof OverBudgetError) throw thrown
  return thrown instanceof Malformed
    ? thrown.fault
    : fault('decodes', 'RFC 9420 §2.1', 'The message cannot be decoded.')
}

export function tooLarge(size: number, max: number) {
  return refuseMls(
    'TooLarge',
    fault(
      'sizeWithinLimit',
      'limits',
      `The message has ${size} bytes; at most ${max} are accepted.`,
    ),
  )
}

const ERRORS: Record<WireFormat, MlsErrorName> = {
  mls_public_message: 'InvalidMlsMessage',
  mls_private_message: 'InvalidMlsMessage',
  mls_welcome: 'InvalidWelcome',
  mls_group_info: 'InvalidGroupInfo',
  mls_key_package: 'InvalidKeyPackage',
}
