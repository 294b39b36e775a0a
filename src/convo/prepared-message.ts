import { type ApplicationMessage, readApplicationMessage } from '../mls/application-message.js'
import type { MlsVerdict } from '../mls/verdict.js'
import { sha256 } from './hash-chain.js'
import type { SendRequest } from './send.js'

/** All of a message that can be known without the conversation, so that no lock is held meanwhile. */
export interface PreparedMessage extends SendRequest {
  verdict: MlsVerdict<ApplicationMessage>
  contentHash: Uint8Array
}

export function prepareMessage(request: SendRequest): PreparedMessage {
  const { ciphertext } = request
  return {
    ...request,
    verdict: readApplicationMessage(ciphertext),
    contentHash: sha256(ciphertext),
  }
}
