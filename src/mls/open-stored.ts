import { decodeExact } from './decode.js'
import { PublicGroup } from './public-group.js'
import { suiteById } from './suite.js'
import { RatchetTree } from './tree/ratchet-tree.js'
import { readRatchetTree } from './tree/read-tree.js'
import { EXTENSION, findExtension } from './wire/extension.js'
import { MAX_GROUP_INFO_BYTES } from './wire/limits.js'

/**
 * The group of a GroupInfo that was verified before it was stored. Nothing is checked again but
 * that it decodes; hashes are made when they are needed.
 *
 * @throws {StoredGroupError} when the stored bytes are not what was stored.
 */
export function openStored(bytes: Uint8Array): PublicGroup {
  const decoded = decodeExact(bytes, 'mls_group_info', MAX_GROUP_INFO_BYTES)
  if (!decoded.ok) throw new StoredGroupError(decoded.refusal.detail)
  const { context, extensions, confirmationTag } = decoded.value
  const suite = suiteById(context.cipherSuite)
  const data = findExtension(extensions, EXTENSION.ratchetTree)
  if (suite === undefined || data === undefined) {
    throw new StoredGroupError('a suite or a tree is missing')
  }
  return new PublicGroup(context, RatchetTree.of(suite, readRatchetTree(data)), confirmationTag)
}

export class StoredGroupError extends Error {
  override readonly name = 'StoredGroupError'
  constructor(reason: string) {
    super(`A stored GroupInfo cannot be read: ${reason}`)
  }
}
