import { defaultClientConfig } from 'ts-mls/clientConfig.js'
import type { ClientState } from 'ts-mls'
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js'
import {
  type Change,
  DEFAULT_SUITE,
  readGroupInfo,
  sealCommit,
  suiteOf,
} from '../../tests/support/mls/index.js'
import type { BuiltMember } from '../../tests/unit/mls/built-group.js'

export interface Update {
  sender: BuiltMember
  change: Change
}

/**
 * Updates by members here and there, one upon the other, by ts-mls. The senders have no secrets of
 * the group; what only secrets could tell, the service does not see.
 */
export async function makeUpdates(
  groupInfo: Uint8Array,
  members: readonly BuiltMember[],
  count: number,
): Promise<Update[]> {
  const suite = await suiteOf(DEFAULT_SUITE)
  const updates: Update[] = []
  let state = publicState(groupInfo)
  for (let i = 0; i < count; i++) {
    const sender = members[(i * 37) % members.length]!
    const before: ClientState = {
      ...state,
      privatePath: { leafIndex: sender.leafIndex, privateKeys: {} },
      signaturePrivateKey: sender.signKey,
    }
    const sealed = await sealCommit(
      before,
      {
        sender: { senderType: 'member', leafIndex: sender.leafIndex },
        proposals: [],
        tree: before.ratchetTree,
        added: [],
        extensions: before.groupContext.extensions,
        withPath: true,
        initSecret: before.keySchedule.initSecret,
      },
      suite,
    )
    updates.push({ sender, change: { commit: sealed.commit, groupInfo: sealed.groupInfo } })
    state = sealed.state
  }
  return updates
}

function publicState(bytes: Uint8Array): ClientState {
  const groupInfo = readGroupInfo(bytes)
  const ratchetTree = ratchetTreeFromExtension(groupInfo)
  if (ratchetTree === undefined) throw new Error('no tree')
  const secret = new Uint8Array(32)
  return {
    groupContext: groupInfo.groupContext,
    ratchetTree,
    privatePath: { leafIndex: 0, privateKeys: {} },
    signaturePrivateKey: secret,
    confirmationTag: groupInfo.confirmationTag,
    keySchedule: {
      senderDataSecret: secret,
      exporterSecret: secret,
      externalSecret: secret,
      confirmationKey: secret,
      membershipKey: secret,
      resumptionPsk: secret,
      epochAuthenticator: secret,
      initSecret: secret,
    },
    secretTree: [],
    unappliedProposals: {},
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig: defaultClientConfig,
  }
}
