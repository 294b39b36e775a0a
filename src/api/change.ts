import type { Change } from '../convo/apply-change.js'
import type { CommitOutcome } from '../convo/commit.js'
import type { Change as ChangeInput } from '../lexicon/types/blue/catbird/mls/defs.js'

export function changeOf({ commit, groupInfo, welcome }: ChangeInput): Change {
  return { commit, groupInfo, ...(welcome && { welcome }) }
}

/** The answer to every commit. */
export function committed({ newEpoch, seq }: CommitOutcome) {
  return { encoding: 'application/json' as const, body: { success: true, newEpoch, seq } }
}
