import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth } from '../auth/index.js'
import { latestMembership, requireMember } from '../convo/members.js'
import { requireLiveDevice } from '../devices/live.js'
import { InvalidRequestError } from '../errors.js'
import type { ConvoId } from '../lib/ids.js'
import { addressBlock } from '../limits/address-block.js'
import type { Cursor } from '../outbox/cursor.js'
import type { StreamHolder } from './entitlement.js'
import type { Slots } from './slots.js'
import { parseStreamQuery } from './stream-query.js'
import { Subscription, type SubscriptionDeps } from './subscription.js'

/**
 * Lets a request in: what it asks for, who asks, whether it may, and whether there is room, in that
 * order, so that a ticket is used up only by a request that is well-formed. The subscription holds its
 * room until it is disposed of.
 */
export async function enter(
  deps: EnterDeps,
  { req, res, address }: Visitor,
): Promise<Subscription> {
  using room = new DisposableStack()
  const query = parseStreamQuery(req)
  if (address !== undefined) room.use(deps.slots.ofAddress(addressBlock(address)))
  const { credentials } = await deps.auth.ticketOrAccount({ req, ...(res && { res }) })
  const holder = narrowed(credentials, query.convoId)
  room.use(deps.slots.ofHolder(holder))
  const subscription = await deps.turns.run(() => open(deps, holder, query.cursor))
  subscription.hold(room.move())
  return subscription
}

async function open(
  deps: EnterDeps,
  holder: StreamHolder,
  cursor: Cursor | undefined,
): Promise<Subscription> {
  const { did, deviceId, convoId } = holder
  if (convoId !== undefined) requireMember(await latestMembership(deps.db, convoId, did))
  const subscription = await Subscription.open(deps, holder, cursor)
  try {
    // Only now: a device that is deleted after this is one whose deletion the stream will meet.
    if (deviceId !== undefined) await requireLiveDevice(deps.db, did, deviceId)
    return subscription
  } catch (error) {
    subscription[Symbol.dispose]()
    throw error
  }
}

/** A ticket for one conversation opens no stream of another. */
function narrowed(credentials: StreamHolder, convoId: ConvoId | undefined): StreamHolder {
  if (convoId === undefined || credentials.convoId === convoId) return credentials
  if (credentials.convoId === undefined) return { ...credentials, convoId }
  throw new InvalidRequestError('The ticket is for another conversation than convoId')
}

export interface Visitor {
  req: IncomingMessage
  /** Where the answer is HTTP: for the headers that tell rates. */
  res?: ServerResponse
  address: string | undefined
}

export interface EnterDeps extends SubscriptionDeps {
  auth: Pick<Auth, 'ticketOrAccount'>
  slots: Slots
}
