import { flipBit, withTrailingByte, type Change } from '../support/mls/index.js'
import type { Random } from '../support/random.js'

/** Of a commit in a PublicMessage: nobody but members can check it. */
const MEMBERSHIP_TAG_BYTES = 33

/** A change with one thing wrong with it that the service must see. */
export function spoiled(change: Change, random: Random): Change {
  const { commit, groupInfo, welcome } = change
  switch (random.int(6)) {
    case 0:
      return {
        ...change,
        commit: flipBit(commit, random.int(commit.length - MEMBERSHIP_TAG_BYTES)),
      }
    case 1:
      return { ...change, groupInfo: flipBit(groupInfo, random.int(groupInfo.length)) }
    case 2:
      return { ...change, commit: commit.subarray(0, random.int(commit.length)) }
    case 3:
      return { ...change, groupInfo: withTrailingByte(groupInfo) }
    case 4:
      // A welcome too many, or one too few.
      return welcome === undefined ? { ...change, welcome: groupInfo } : { commit, groupInfo }
    default:
      return { ...change, commit: withTrailingByte(commit) }
  }
}
