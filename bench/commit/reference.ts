import type { CiphersuiteImpl, GroupContext, RatchetTree } from 'ts-mls'
import { nextEpochContext, validateLeafNodeUpdateOrCommit } from 'ts-mls/clientState.js'
import { defaultAuthenticationService } from 'ts-mls/authenticationService.js'
import { verifyFramedContentSignature } from 'ts-mls/framedContent.js'
import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { ratchetTreeFromExtension, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { findSignaturePublicKey } from 'ts-mls/publicMessage.js'
import { encodeRatchetTree, filteredDirectPathAndCopathResolution } from 'ts-mls/ratchetTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { toLeafIndex } from 'ts-mls/treemath.js'
import { applyUpdatePath } from 'ts-mls/updatePath.js'
import {
  readGroupInfo,
  readPublicMessage,
  sameBytes,
  writeGroupInfo,
  writePublicMessage,
  type Change,
} from '../../tests/support/mls/index.js'

export interface ReferenceState {
  context: GroupContext
  tree: RatchetTree
  confirmationTag: Uint8Array
}

export function referenceState(groupInfo: Uint8Array): ReferenceState {
  const { groupContext, confirmationTag, ...rest } = readGroupInfo(groupInfo)
  const tree = ratchetTreeFromExtension({ ...rest, groupContext, confirmationTag })
  if (tree === undefined) throw new Error('no tree')
  return { context: groupContext, tree, confirmationTag }
}

/** The check of an update commit as one would write it over ts-mls, with its own primitives. */
export async function verifyByTsMls(
  { context, tree, confirmationTag }: ReferenceState,
  change: Change,
  suite: CiphersuiteImpl,
): Promise<ReferenceState> {
  const message = readPublicMessage(change.commit)
  require(sameBytes(writePublicMessage(message), change.commit))
  const { content, auth } = message
  if (content.contentType !== 'commit' || auth.contentType !== 'commit') throw new Error('commit')
  if (content.sender.senderType !== 'member') throw new Error('sender')
  const { path } = content.commit
  if (path === undefined) throw new Error('path')
  const leaf = toLeafIndex(content.sender.leafIndex)

  const key = findSignaturePublicKey(tree, context, content)
  const { signature: scheme, hash } = suite
  require(
    await verifyFramedContentSignature(key, 'mls_public_message', content, auth, context, scheme),
  )
  const steps = filteredDirectPathAndCopathResolution(leaf, tree)
  require(
    steps.every(
      ({ resolution }, i) => path.nodes[i]?.encryptedPathSecret.length === resolution.length,
    ),
  )
  const unfit = await validateLeafNodeUpdateOrCommit(
    path.leafNode,
    leaf,
    context,
    defaultAuthenticationService,
    scheme,
  )
  require(unfit === undefined)
  const nextTree = await applyUpdatePath(tree, leaf, path, hash)
  const nextContext = await nextEpochContext(
    context,
    'mls_public_message',
    content,
    auth.signature,
    await treeHashRoot(nextTree, hash),
    confirmationTag,
    hash,
  )

  const info = readGroupInfo(change.groupInfo)
  require(sameBytes(writeGroupInfo(info), change.groupInfo))
  require(sameBytes(encodeGroupContext(info.groupContext), encodeGroupContext(nextContext)))
  require(sameBytes(info.confirmationTag, auth.confirmationTag))
  const ratchetTree = info.extensions.find((one) => one.extensionType === 'ratchet_tree')
  require(
    ratchetTree !== undefined && sameBytes(ratchetTree.extensionData, encodeRatchetTree(nextTree)),
  )
  require(await verifyGroupInfoSignature(info, path.leafNode.signaturePublicKey, scheme))
  return { context: nextContext, tree: nextTree, confirmationTag: auth.confirmationTag }
}

function require(holds: boolean): void {
  if (!holds) throw new Error('the commit is refused')
}
