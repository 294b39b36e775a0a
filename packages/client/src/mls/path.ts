import type { CiphersuiteImpl, ClientState, GroupContext, RatchetTree, UpdatePath } from 'ts-mls'
import { getCommitSecret, pathToPathSecrets } from 'ts-mls/pathSecrets.js'
import { mergePrivateKeyPaths, toPrivateKeyPath, updateLeafKey } from 'ts-mls/privateKeyPath.js'
import type { PrivateKeyPath } from 'ts-mls/privateKeyPath.js'
import { leafToNodeIndex, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js'
import { createUpdatePath } from 'ts-mls/updatePath.js'
import type { PathSecret } from 'ts-mls/updatePath.js'
import type { CommitDraft } from './seal-commit.js'

/**
 * The update path of a commit (RFC 9420 §7.5): fresh keys from the committer's leaf to the root.
 * `draft.tree` has the proposals applied, `context` is the old GroupContext with the new extensions.
 */
export async function buildPath(
  before: ClientState,
  draft: Pick<CommitDraft, 'tree' | 'added'>,
  context: GroupContext,
  suite: CiphersuiteImpl,
): Promise<BuiltPath> {
  const leaf = toLeafIndex(before.privatePath.leafIndex)
  const [tree, path, secrets, leafKey] = await createUpdatePath(
    draft.tree,
    leaf,
    context,
    before.signaturePrivateKey,
    suite,
    draft.added.map(([index]) => leafToNodeIndex(toLeafIndex(index))),
  )
  const privatePath = mergePrivateKeyPaths(
    updateLeafKey(before.privatePath, await suite.hpke.exportPrivateKey(leafKey)),
    await toPrivateKeyPath(pathToPathSecrets(secrets), leaf, suite),
  )
  const lastSecret = secrets.at(-1)
  const commitSecret =
    lastSecret === undefined
      ? new Uint8Array(suite.kdf.size)
      : await getCommitSecret(tree, toNodeIndex(lastSecret.nodeIndex), lastSecret.secret, suite.kdf)
  return { path, tree, secrets, privatePath, commitSecret }
}

export interface BuiltPath {
  path: UpdatePath
  tree: RatchetTree
  secrets: PathSecret[]
  privatePath: PrivateKeyPath
  commitSecret: Uint8Array
}
