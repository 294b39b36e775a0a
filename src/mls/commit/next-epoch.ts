import type { PublicGroup } from '../public-group.js'
import type { RatchetTree } from '../tree/ratchet-tree.js'
import type { PublicMessage } from '../wire/framing.js'
import { makeGroupContext, type GroupContext } from '../wire/group-info.js'
import { WIRE_FORMATS } from '../wire/protocol.js'
import { concat, opaque, u16 } from '../wire/writer.js'

/** `confirmed_transcript_hash` of the epoch that a commit makes (RFC 9420 §8.2). */
export function nextConfirmedTranscriptHash(
  group: PublicGroup,
  { framedContent, signature }: PublicMessage,
): Uint8Array {
  return group.tree.suite.hash(
    concat([
      group.interimTranscriptHash,
      u16(WIRE_FORMATS.mls_public_message),
      framedContent,
      opaque(signature),
    ]),
  )
}

/** The GroupContext of the epoch that a commit makes (RFC 9420 §8.1). */
export function nextContext(
  { context }: PublicGroup,
  tree: RatchetTree,
  confirmedTranscriptHash: Uint8Array,
  extensionBytes: Uint8Array,
): GroupContext {
  return makeGroupContext({
    cipherSuite: context.cipherSuite,
    groupId: context.groupId,
    epoch: context.epoch + 1,
    treeHash: tree.hash,
    confirmedTranscriptHash,
    extensionBytes,
  })
}
