import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls'
import type {
  GroupInfo,
  KeyPackage,
  MLSMessage,
  PrivateMessage,
  PublicMessage,
  Welcome,
} from 'ts-mls'
import { MlsClientError } from '../errors.js'
import { hex } from '../lib/bytes.js'

/** Reads one MLSMessage (RFC 9420 §6) and refuses bytes after it. */
export function readMessage(bytes: Uint8Array): MLSMessage {
  let read: ReturnType<typeof decodeMlsMessage>
  try {
    read = decodeMlsMessage(bytes, 0)
  } catch (cause) {
    throw new MlsClientError('invalid', 'not an MLSMessage', { cause })
  }
  if (read === undefined || read[1] !== bytes.length) {
    throw new MlsClientError('invalid', 'not exactly one MLSMessage')
  }
  return read[0]
}

/** The group, in lowercase hex, that a message of a log says it is of. */
export function groupOfMessage(bytes: Uint8Array): string | undefined {
  const message = readMessage(bytes)
  if (message.wireformat === 'mls_private_message') return hex(message.privateMessage.groupId)
  if (message.wireformat === 'mls_public_message') return hex(message.publicMessage.content.groupId)
  return undefined
}

export function readKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = readMessage(bytes)
  return message.wireformat === 'mls_key_package' ? message.keyPackage : wrong(message)
}

export function readGroupInfo(bytes: Uint8Array): GroupInfo {
  const message = readMessage(bytes)
  return message.wireformat === 'mls_group_info' ? message.groupInfo : wrong(message)
}

export function readWelcome(bytes: Uint8Array): Welcome {
  const message = readMessage(bytes)
  return message.wireformat === 'mls_welcome' ? message.welcome : wrong(message)
}

export function writeKeyPackage(keyPackage: KeyPackage): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage })
}

export function writeGroupInfo(groupInfo: GroupInfo): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo })
}

export function writeWelcome(welcome: Welcome): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome })
}

export function writePublicMessage(publicMessage: PublicMessage): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage })
}

export function writePrivateMessage(privateMessage: PrivateMessage): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage })
}

function wrong(message: MLSMessage): never {
  throw new MlsClientError('invalid', `an MLSMessage of another kind: ${message.wireformat}`)
}
