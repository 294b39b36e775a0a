import { TooLargeError } from '../errors.js'
import type { ConvoId, Did, Epoch, Seq } from '../lib/ids.js'
import type { ConvoDeps } from './deps.js'
import { prepareMessage } from './prepared-message.js'
import { explaining } from './sendable.js'

export interface SendRequest {
  sender: Did
  convoId: ConvoId
  /** ULID or UUID, made by the client, in upper or in lower case; its entry's id. */
  msgId: string
  /** The epoch that the message was encrypted in. */
  epoch: Epoch
  ciphertext: Uint8Array
}

export interface SentMessage {
  messageId: string
  seq: Seq
  epoch: Epoch
  receivedAt: Date
}

/**
 * Appends an application message to the log, with what else is waiting to be appended (`send-batch`). That
 * the sender is a member is decided under the lock, by a statement that began after it; who it was is then
 * forgotten.
 */
export async function sendMessage(deps: ConvoDeps, request: SendRequest): Promise<SentMessage> {
  refuseTooLarge(deps, request)
  return explaining(deps.db, () => deps.sends.submit(request.convoId, prepareMessage(request)))
}

export function refuseTooLarge({ config }: Pick<ConvoDeps, 'config'>, { ciphertext }: SendRequest) {
  const limit = config.limits.messageBytes
  if (ciphertext.length > limit) {
    throw new TooLargeError(`An application message has at most ${limit} bytes`)
  }
}
