import { randomBytes } from 'node:crypto'
import { inTx } from '../../db/tx.js'
import type { Tx } from '../../db/types.js'
import {
  ForbiddenError,
  InvalidRequestError,
  NotAdminError,
  QuotaExceededError,
} from '../../errors.js'
import type { ConvoId, Did } from '../../lib/ids.js'
import type { ConvoDeps } from '../deps.js'
import { type LockedConvo, lockConvo } from '../lock.js'
import { latestMembership, requireMember } from '../members.js'
import { requireOpen } from '../open.js'
import { type InviteRow, isLive } from './invite.js'
import { hashOfSecret, isSecret, newSecret } from './secret.js'

const INVITE_ID_BYTES = 16
const LIVE_PER_CONVO_MAX = 50
/** Of those that open nothing any more the newest are kept, for who came by them. */
const ENDED_PER_CONVO_MAX = 50

export interface InviteRequest {
  actor: Did
  convoId: ConvoId
  expiresAt?: Date | undefined
  maxUses?: number | undefined
  /** Made by the client, so that the request can be repeated; by default it is made here. */
  secret?: string | undefined
}

/**
 * Makes a way into a conversation for whoever has its secret, which is told now and never again. With a
 * secret of the client's own the same request again gives the same invite. Admins only.
 */
export async function createInvite(
  deps: ConvoDeps,
  request: InviteRequest,
): Promise<InviteRow & { secret: string }> {
  const { actor, convoId, secret = newSecret() } = request
  if (!isSecret(secret)) {
    throw new InvalidRequestError('secret is 43 to 128 characters of base64url: 32 random bytes')
  }
  return deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      const now = deps.clock()
      const convo = await lockConvo(tx, convoId)
      const { role } = requireMember(await latestMembership(tx, convoId, actor))
      const made = await madeBefore(tx, request, secret)
      if (made) return { ...made, secret }
      requireInvitable(convo!)
      if (role !== 'admin') throw new NotAdminError('Only admins make invites')
      if (request.expiresAt && request.expiresAt <= now) {
        throw new InvalidRequestError('expiresAt must be in the future')
      }
      await requireRoom(tx, convoId, now)
      return { ...(await insertInvite(tx, request, secret, now)), secret }
    }),
  )
}

async function madeBefore(
  tx: Tx,
  { actor, convoId, expiresAt, maxUses }: InviteRequest,
  secret: string,
): Promise<InviteRow | undefined> {
  const invite = await tx
    .selectFrom('invites')
    .selectAll()
    .where('secret_hash', '=', hashOfSecret(secret))
    .executeTakeFirst()
  if (!invite) return undefined
  const same =
    invite.convo_id === convoId &&
    invite.created_by === actor &&
    invite.expires_at?.getTime() === expiresAt?.getTime() &&
    invite.max_uses === (maxUses ?? null)
  if (same) return invite
  throw new InvalidRequestError('Another invite has this secret; make a new random one for each')
}

function requireInvitable(convo: LockedConvo): void {
  requireOpen(convo)
  if (convo.kind === 'direct') {
    throw new ForbiddenError('A direct conversation keeps its two accounts: there are no invites')
  }
}

async function requireRoom(tx: Tx, convoId: ConvoId, now: Date): Promise<void> {
  const { count } = await tx
    .selectFrom('invites')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('convo_id', '=', convoId)
    .where(isLive(now))
    .executeTakeFirstOrThrow()
  if (count >= LIVE_PER_CONVO_MAX) {
    throw new QuotaExceededError(
      `A conversation has at most ${LIVE_PER_CONVO_MAX} open invites; revoke some first`,
    )
  }
  await tx
    .deleteFrom('invites')
    .where('invite_id', 'in', (eb) =>
      eb
        .selectFrom('invites')
        .select('invite_id')
        .where('convo_id', '=', convoId)
        .where(({ not }) => not(isLive(now)))
        .orderBy('created_at', 'desc')
        .offset(ENDED_PER_CONVO_MAX),
    )
    .execute()
}

async function insertInvite(
  tx: Tx,
  { actor, convoId, expiresAt, maxUses }: InviteRequest,
  secret: string,
  now: Date,
): Promise<InviteRow> {
  return tx
    .insertInto('invites')
    .values({
      invite_id: randomBytes(INVITE_ID_BYTES).toString('hex'),
      convo_id: convoId,
      secret_hash: hashOfSecret(secret),
      created_by: actor,
      created_at: now,
      expires_at: expiresAt ?? null,
      max_uses: maxUses ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}
