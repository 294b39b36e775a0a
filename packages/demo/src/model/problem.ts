import { BrokenLog, MlsClientError, ServiceError, ServiceUnreachable } from '@catbird/mls-client'
import type { ErrorCode } from '@catbird/mls-client'

/** An error, as somebody reads it who wants to get on: what happened, and what helps. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ServiceUnreachable) {
    return {
      title: 'The service cannot be reached',
      advice: 'Nothing is lost: what you write is sent as soon as it answers again.',
    }
  }
  if (error instanceof ServiceError) return refusal(error)
  if (error instanceof BrokenLog) {
    return {
      title: 'The service showed a log that does not fit',
      advice: `Entry ${error.seq} contradicts what came before. Ask the others what they see, by another way than this chat.`,
    }
  }
  if (error instanceof MlsClientError) return clientProblem(error)
  return { title: 'That did not work', advice: messageOf(error) }
}

function refusal({ error, message, retryAfter }: ServiceError): Problem {
  const known = REFUSALS[error]
  if (known !== undefined) return known
  if (error === 'RateLimitExceeded') {
    const wait = retryAfter === undefined ? 'a little' : `${Math.ceil(retryAfter)} seconds`
    return { title: 'Too fast', advice: `Wait ${wait}, then try again.` }
  }
  return { title: 'The service refused', advice: `${message} (${error})` }
}

const REFUSALS: Record<string, Problem> = {
  Forbidden: {
    title: 'You may not do this here',
    advice: 'Ask an admin of this conversation to do it, or to give you the role.',
  },
  NotMember: {
    title: 'You are not in this conversation any more',
    advice: 'Somebody can add you again.',
  },
  BlockedByMember: {
    title: 'They cannot be added',
    advice: 'Somebody in this conversation and they have blocked each other.',
  },
  TooManyMembers: {
    title: 'This conversation is full',
    advice: 'Remove somebody first, or begin another conversation.',
  },
  ConvoNotFound: {
    title: 'There is no such conversation',
    advice: 'It may have been closed, or you were never part of it.',
  },
  InvalidInvite: {
    title: 'This invite does not work',
    advice: 'It may have been used up, withdrawn or expired. Ask for another.',
  },
  QuotaExceeded: {
    title: 'There is no room left for attachments',
    advice: 'Older ones make room when they expire.',
  },
  TooLarge: { title: 'That is too big', advice: 'Send something smaller.' },
}

function clientProblem({ code, message }: MlsClientError): Problem {
  const advice =
    code === 'unreachableAccounts' ? `${message}. They have to open this chat once first.` : message
  return { title: 'That did not work', advice, ...CLIENT_PROBLEMS[code] }
}

/** Without an advice of its own, the error's message is one. */
const CLIENT_PROBLEMS: Partial<Record<ErrorCode, Partial<Problem>>> = {
  unreachableAccounts: {
    title: 'Not everybody can be reached',
  },
  handle: { title: 'Nobody by that name' },
  notJoined: {
    title: 'This device is not in the group yet',
    advice: 'It comes in by itself; try again in a moment.',
  },
  notMember: {
    title: 'You are not in this conversation any more',
    advice: 'Somebody can add you again.',
  },
  contested: {
    title: 'The group changed too fast',
    advice: 'Others made changes at the same time. Nothing has changed; try again.',
  },
  attachment: { title: 'The attachment could not be opened' },
  storeTaken: {
    title: 'Opened somewhere else',
    advice: 'Another tab uses this account now. Reload to use it here.',
  },
  storeKey: {
    title: 'The messages kept in this browser cannot be opened',
    advice: 'Their key is gone. Go on as a new device.',
    cure: 'newDevice',
  },
  storeFailed: {
    title: 'This browser could not save',
    advice: 'There may be no room left. Make some, then reload.',
  },
  deviceDeleted: {
    title: 'This device was deleted',
    advice: 'Another of your devices has ended it. Nothing comes in here any more.',
    cure: 'newDevice',
  },
  closed: { title: 'The chat was closed', advice: 'Reload to open it again.' },
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export interface Problem {
  title: string
  advice: string
  /** What this browser can do about it. */
  cure?: 'newDevice'
}
