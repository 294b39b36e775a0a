import type { PublicGroup } from '../public-group.js'
import { fault, refuseMls } from '../verdict.js'
import { equalBytes } from '../wire/bytes.js'
import { invalidCommit } from './expectation.js'

/** A commit is for the group and the epoch that it ends (RFC 9420 §12.4.2). */
export function placeRefusal(
  { groupId, epoch }: { groupId: Uint8Array; epoch: number },
  group: PublicGroup,
) {
  if (!equalBytes(groupId, group.groupId)) return invalidCommit(GROUP_ID)
  if (epoch === group.epoch) return undefined
  const detail = `The commit is for epoch ${epoch}; the group is in epoch ${group.epoch}.`
  return refuseMls('EpochMismatch', fault('epoch', 'RFC 9420 §12.4.2', detail))
}

const GROUP_ID = fault('groupId', 'RFC 9420 §12.4.2', 'The commit is for another group.')
