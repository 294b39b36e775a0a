import type { Tx } from '../db/types.js'
import { putWelcomes } from '../welcomes/put.js'
import type { ApplyDeps, CheckedChange } from './apply-change.js'
import type { LockedConvo } from './lock.js'

/** Puts the Welcome before exactly the devices whose key packages it names; `convo` stands after the commit. */
export async function writeWelcomes(
  tx: Tx,
  { outbox }: ApplyDeps,
  convo: LockedConvo,
  { actor, change, commit, now }: CheckedChange,
): Promise<void> {
  if (change.welcome === undefined) return
  await putWelcomes(tx, outbox, {
    convoId: convo.convo_id,
    groupId: convo.group_id,
    generation: convo.generation,
    epoch: convo.epoch,
    seq: convo.last_seq,
    welcome: change.welcome,
    addedBy: actor,
    recipients: commit.added.map(({ leaf, keyPackageRef, notAfter }) => ({
      did: leaf.did,
      deviceId: leaf.deviceId,
      keyPackageRef,
      expiresAt: notAfter,
    })),
    now,
  })
}
