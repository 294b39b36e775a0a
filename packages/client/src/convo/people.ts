import { readPages } from '../api/pages.js'
import type { ConvoState } from './state.js'

/** All members as the service tells them, with what only it knows: roles, requests, dates. */
export async function listPeople({ deps, convoId }: ConvoState): Promise<Person[]> {
  const members = await readPages(async (page) => {
    const answer = await deps.service.call('getMembers', (mls, options) =>
      mls.getMembers({ convoId, limit: 100, ...page }, options),
    )
    return { items: answer.members, cursor: answer.cursor }
  })
  return members.map(({ did, role, status, joinedAt, devices, inviteId }) => ({
    did,
    role,
    status,
    joinedAt,
    devices: devices.length,
    ...(inviteId !== undefined && { inviteId }),
  }))
}

/** A member of a conversation, in the words of the service. */
export interface Person {
  did: string
  /** `admin`, `moderator` or `member`. */
  role: string
  /** `request` until the account has taken the conversation, then `accepted`. */
  status: string
  /** ISO 8601. */
  joinedAt: string
  /** How many devices it has in the group; none: it comes in when one of them is online. */
  devices: number
  /** The invite that it came in by, if any. */
  inviteId?: string
}
