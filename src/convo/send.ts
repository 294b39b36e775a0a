import { ENTRY_KIND } from '../db/schema.js'
import { afterCommit, inTx } from '../db/tx.js'
import type { Queryable } from '../db/types.js'
import { InvalidMlsMessageError, MessageIdConflictError, TooLargeError } from '../errors.js'
import type { ConvoId, Did, Epoch, Seq } from '../lib/ids.js'
import { readApplicationMessage } from '../mls/application-message.js'
import { mlsError } from '../mls/mls-error.js'
import type { ConvoDeps } from './deps.js'
import { epochMismatch } from './epoch-mismatch.js'
import { generationOf } from './generation-of.js'
import { sha256 } from './hash-chain.js'
import { type LockedConvo, lockConvo } from './lock.js'
import { insertEntry } from './log.js'
import { latestMembership, requireMember } from './members.js'
import { requireOpen } from './open.js'
import { advanceLog } from './store.js'

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
 * Appends an application message to the log. That the sender is a member is decided under the lock, by
 * a statement that began after it; who it was is then forgotten.
 *
 * Checks run in the order of §3 of the protocol: duplicate, membership, epoch, content.
 */
export async function sendMessage(deps: ConvoDeps, request: SendRequest): Promise<SentMessage> {
  refuseTooLarge(deps, request)
  return deps.lanes.run(request.convoId, () =>
    inTx(deps.db, async (tx) => {
      const convo = await lockConvo(tx, request.convoId)
      const membership = await latestMembership(tx, request.convoId, request.sender)
      const stored = membership && (await storedMessage(tx, request))
      if (stored) return stored
      requireMember(membership)
      await requireSendable(tx, deps, convo!, request)
      const now = deps.clock()
      const head = await insertEntry(tx, convo!, {
        kind: 'application',
        messageId: request.msgId,
        epoch: request.epoch,
        ciphertext: request.ciphertext,
        now,
      })
      await advanceLog(tx, convo!, head, now)
      await deps.outbox.append(tx, [
        { kind: 'message', convoId: request.convoId, seq: head.last_seq },
      ])
      afterCommit(tx, () => deps.metrics.messagesSent.inc({ delivery: 'persistent' }))
      return { messageId: request.msgId, seq: head.last_seq, epoch: request.epoch, receivedAt: now }
    }),
  )
}

export function refuseTooLarge({ config }: Pick<ConvoDeps, 'config'>, { ciphertext }: SendRequest) {
  const limit = config.limits.messageBytes
  if (ciphertext.length > limit) {
    throw new TooLargeError(`An application message has at most ${limit} bytes`)
  }
}

/** Open, epoch within the grace, and bytes that are what the request says they are. */
export async function requireSendable(
  q: Queryable,
  { config }: Pick<ConvoDeps, 'config'>,
  convo: LockedConvo,
  { epoch, ciphertext, convoId }: SendRequest,
): Promise<void> {
  requireOpen(convo)
  const oldest = Math.max(0, convo.epoch - config.mls.epochGrace)
  if (epoch > convo.epoch || epoch < oldest) throw await epochMismatch(q, convo, epoch)
  const message = readApplicationMessage(ciphertext)
  if (!message.ok) throw mlsError(message.refusal)
  if (Buffer.compare(message.value.groupId, convo.group_id) !== 0) {
    const former = await generationOf(q, convoId, message.value.groupId)
    if (former !== undefined) throw await epochMismatch(q, convo, message.value.epoch, former)
    throw new InvalidMlsMessageError('The message is for another group (groupId, RFC 9420 §6.3)')
  }
  if (message.value.epoch !== epoch) {
    throw new InvalidMlsMessageError(
      `The message is of epoch ${message.value.epoch}, the request says ${epoch} (epoch, RFC 9420 §6.3)`,
    )
  }
}

async function storedMessage(
  q: Queryable,
  { convoId, msgId, ciphertext }: SendRequest,
): Promise<SentMessage | undefined> {
  const entry = await q
    .selectFrom('messages')
    .select(['message_id', 'seq', 'epoch', 'kind', 'content_hash', 'created_at'])
    .where('convo_id', '=', convoId)
    // Under the conversation's lock, so that no index on the folded id is needed.
    .where('message_id', 'in', [msgId.toLowerCase(), msgId.toUpperCase()])
    .executeTakeFirst()
  if (!entry) return undefined
  const same =
    entry.kind === ENTRY_KIND.application &&
    Buffer.compare(entry.content_hash, sha256(ciphertext)) === 0
  if (!same) {
    throw new MessageIdConflictError(
      'Another message was stored under this msgId: an earlier attempt of yours may have come through',
    )
  }
  const { message_id: messageId, seq, epoch, created_at: receivedAt } = entry
  return { messageId, seq, epoch, receivedAt }
}
