import { decodeMlsMessage } from 'ts-mls'
import type {
  GroupInfo,
  KeyPackage,
  MLSMessage,
  PrivateMessage,
  PublicMessage,
  Welcome,
} from 'ts-mls'

export {
  writeGroupInfo,
  writeKeyPackage,
  writePrivateMessage,
  writePublicMessage,
  writeWelcome,
} from '../../../client/src/mls/wire.js'

/** Reads one MLSMessage (RFC 9420 §6) and refuses bytes after it. */
export function decodeMessage(bytes: Uint8Array): MLSMessage {
  const read = decodeMlsMessage(bytes, 0)
  if (read === undefined) throw new Error('not an MLSMessage')
  const [message, length] = read
  if (length !== bytes.length) throw new Error('bytes after the MLSMessage')
  return message
}

export function readKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decodeMessage(bytes)
  if (message.wireformat !== 'mls_key_package') throw wrong(message, 'mls_key_package')
  return message.keyPackage
}

export function readGroupInfo(bytes: Uint8Array): GroupInfo {
  const message = decodeMessage(bytes)
  if (message.wireformat !== 'mls_group_info') throw wrong(message, 'mls_group_info')
  return message.groupInfo
}

export function readWelcome(bytes: Uint8Array): Welcome {
  const message = decodeMessage(bytes)
  if (message.wireformat !== 'mls_welcome') throw wrong(message, 'mls_welcome')
  return message.welcome
}

export function readPublicMessage(bytes: Uint8Array): PublicMessage {
  const message = decodeMessage(bytes)
  if (message.wireformat !== 'mls_public_message') throw wrong(message, 'mls_public_message')
  return message.publicMessage
}

export function readPrivateMessage(bytes: Uint8Array): PrivateMessage {
  const message = decodeMessage(bytes)
  if (message.wireformat !== 'mls_private_message') throw wrong(message, 'mls_private_message')
  return message.privateMessage
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function wrong(message: MLSMessage, wanted: string): Error {
  return new Error(`expected ${wanted}, got ${message.wireformat}`)
}
