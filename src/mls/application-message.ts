import type { Epoch } from '../lib/ids.js'
import { accept } from '../lib/verdict.js'
import { decodeExact } from './decode.js'
import { fault, refuseMls, type MlsVerdict } from './verdict.js'
import { MAX_APPLICATION_MESSAGE_BYTES } from './wire/limits.js'

export interface ApplicationMessage {
  groupId: Uint8Array
  epoch: Epoch
}

/**
 * Where an application message belongs. It must be one PrivateMessage (RFC 9420 §6.3) of content
 * type application: the standard forbids public ones (§6.2).
 */
export function readApplicationMessage(bytes: Uint8Array): MlsVerdict<ApplicationMessage> {
  const decoded = decodeExact(bytes, 'mls_private_message', MAX_APPLICATION_MESSAGE_BYTES)
  if (!decoded.ok) return decoded
  const { groupId, epoch, contentType } = decoded.value
  if (contentType !== 'application') {
    return refuseMls(
      'InvalidMlsMessage',
      fault('contentIsApplication', 'RFC 9420 §6.3', `The content type is ${contentType}.`),
    )
  }
  return accept({ groupId, epoch: epoch as Epoch })
}
