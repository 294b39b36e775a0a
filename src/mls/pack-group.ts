import type { PublicGroup } from './public-group.js'
import { EXTENSION } from './wire/extension.js'
import { MLS10, WIRE_FORMATS } from './wire/protocol.js'
import { concat, opaque, u16, u32 } from './wire/writer.js'

/** A group as `openStored` reads it: an unsigned GroupInfo with nothing but the tree. */
export function packGroup({ context, tree, confirmationTag }: PublicGroup): Uint8Array {
  const ratchetTree = concat([u16(EXTENSION.ratchetTree), opaque(opaque(tree.encoding.bytes))])
  return concat([
    u16(MLS10),
    u16(WIRE_FORMATS.mls_group_info),
    context.bytes,
    opaque(ratchetTree),
    opaque(confirmationTag),
    u32(0),
    opaque(new Uint8Array()),
  ])
}
