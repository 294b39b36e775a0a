import type { ConvoId, Did, Epoch } from '../lib/ids.js'
import type { ConvoDeps } from './deps.js'
import { readLocked } from './lock.js'
import { latestMembership, requireMember } from './members.js'
import { prepareMessage } from './prepared-message.js'
import { refuseTooLarge, type SendRequest } from './send.js'
import { explaining, requireSendable } from './sendable.js'

/** Hands an ephemeral message to whoever listens now, on every process; kept nowhere. */
export interface EphemeralRelay {
  /** @throws {RateLimitExceededError} above 5 a second and account. */
  admit(sender: Did): Promise<void>
  publish(message: { convoId: ConvoId; epoch: Epoch; ciphertext: Uint8Array }): Promise<void>
}

/** Typing, receipts: checked like any message, streamed, and not stored. */
export async function sendEphemeral(deps: ConvoDeps, request: SendRequest) {
  refuseTooLarge(deps, request)
  const { convoId, epoch, ciphertext, sender, msgId } = request
  requireMember(await latestMembership(deps.db, convoId, sender))
  const convo = await readLocked(deps.db, convoId)
  const message = prepareMessage(request)
  await explaining(deps.db, async () =>
    requireSendable(convo!, message, deps.config.mls.epochGrace),
  )
  await deps.ephemeral.admit(sender)
  await deps.ephemeral.publish({ convoId, epoch, ciphertext })
  deps.metrics.messagesSent.inc({ delivery: 'ephemeral' })
  return { messageId: msgId, epoch, receivedAt: deps.clock() }
}
