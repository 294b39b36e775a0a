import { randomBytes } from 'node:crypto'
import { limits } from '../config/limits.js'
import type { Tx } from '../db/types.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../lib/ids.js'
import type { Outbox } from '../outbox/append.js'
import type { StreamEvent } from '../outbox/events.js'
import { supersedeWelcomes } from './end.js'

const WELCOME_ID_BYTES = 16
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Puts a commit's Welcome before the devices that it names: the message once, and one pending welcome
 * each. What was pending for such a device in this conversation is superseded. The conversation's
 * lock is held.
 */
export async function putWelcomes(tx: Tx, outbox: Outbox, welcome: NewWelcome): Promise<void> {
  const { convoId, seq, recipients } = welcome
  if (recipients.length === 0) return
  await supersedeWelcomes(tx, convoId, recipients)
  await tx
    .insertInto('welcome_messages')
    .values({ convo_id: convoId, seq, welcome: welcome.welcome })
    .execute()
  const rows = recipients.map((recipient) => toRow(welcome, recipient))
  await tx.insertInto('welcomes').values(rows).execute()
  await outbox.append(
    tx,
    rows.map(({ did, device_id, welcome_id }): StreamEvent => ({
      kind: 'welcome',
      convoId,
      did,
      deviceId: device_id,
      welcomeId: welcome_id,
      seq,
    })),
  )
}

function toRow(welcome: NewWelcome, recipient: WelcomeRecipient) {
  const { now } = welcome
  return {
    welcome_id: randomBytes(WELCOME_ID_BYTES).toString('hex'),
    convo_id: welcome.convoId,
    seq: welcome.seq,
    did: recipient.did,
    device_id: recipient.deviceId,
    key_package_ref: recipient.keyPackageRef,
    group_id: welcome.groupId,
    generation: welcome.generation,
    epoch: welcome.epoch,
    added_by: welcome.addedBy,
    // Whole milliseconds: a page's cursor has no finer ones.
    created_at: now,
    expires_at: expiry(recipient.expiresAt, now),
  }
}

/** A client keeps the package's private key for as long as it lives, and a welcome for so many days. */
function expiry(packageEnd: Date, now: Date): Date {
  return new Date(
    Math.min(packageEnd.getTime(), now.getTime() + limits.welcomeRetentionDays * DAY_MS),
  )
}

export interface NewWelcome {
  convoId: ConvoId
  groupId: Uint8Array
  generation: number
  /** That the commit makes. */
  epoch: Epoch
  /** Of the commit. */
  seq: Seq
  /** MLSMessage with the Welcome. */
  welcome: Uint8Array
  addedBy: Did
  recipients: readonly WelcomeRecipient[]
  now: Date
}

export interface WelcomeRecipient {
  did: Did
  deviceId: DeviceId
  keyPackageRef: string
  /** End of the key package's lifetime. */
  expiresAt: Date
}
