import { sql } from 'kysely'
import type { WelcomeState } from '../../db/schema.js'
import type { Queryable } from '../../db/types.js'
import type { DeviceRow } from '../../devices/device-row.js'
import { requireLiveDevice } from '../../devices/live.js'
import type { ConvoId, DeviceId, Did, Epoch } from '../../lib/ids.js'
import { requireMember } from '../members.js'
import { type Brought, type ConvoProblem, convoProblems, type Facts } from './problems.js'
import { readStanding } from './standing.js'

/**
 * Why a device of the caller cannot follow a conversation, as far as tree, welcomes and what the device
 * itself says can tell; empty where nothing is wrong.
 *
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 * @throws {DeviceUnknownError} unless the account has the device and has not deleted it.
 */
export async function convoHealth(
  { db, clock }: { db: Queryable; clock(): Date },
  { convoId, did, deviceId, generation, epoch }: HealthQuery,
): Promise<ConvoProblem[]> {
  const standing = requireMember(await readStanding(db, convoId, did))
  const device = await requireLiveDevice(db, did, deviceId)
  const leaf = await readLeaf(db, convoId, device)
  return convoProblems({
    device,
    leaf,
    lastWelcome: leaf ? undefined : await lastWelcome(db, convoId, device),
    wasReset: standing.reset_seq !== null && standing.joined_seq <= standing.reset_seq,
    convo: standing,
    reported: { generation: generation ?? standing.generation, epoch },
    now: clock(),
  })
}

/** The device's leaf and the welcome that came with it, by the commit that they share. */
async function readLeaf(q: Queryable, convoId: ConvoId, device: DeviceRow): Promise<Facts['leaf']> {
  return q
    .selectFrom('leaves')
    .leftJoin('welcomes', (join) =>
      join
        .onRef('welcomes.convo_id', '=', 'leaves.convo_id')
        .onRef('welcomes.seq', '=', 'leaves.added_seq')
        .onRef('welcomes.did', '=', 'leaves.did')
        .onRef('welcomes.device_id', '=', 'leaves.device_id'),
    )
    .select(['leaves.signature_key', 'leaves.pending_reason'])
    .select(
      sql<Brought | null>`case when welcome_id is not null
      then json_build_object('state', state, 'expiresAt', expires_at) end`.as('broughtBy'),
    )
    .where('leaves.convo_id', '=', convoId)
    .where('leaves.did', '=', device.did)
    .where('leaves.device_id', '=', device.device_id)
    .executeTakeFirst()
}

/** What became of the device's newest welcome, whichever leaf it was for. */
async function lastWelcome(
  q: Queryable,
  convoId: ConvoId,
  device: DeviceRow,
): Promise<WelcomeState | undefined> {
  const row = await q
    .selectFrom('welcomes')
    .select('state')
    .where('convo_id', '=', convoId)
    .where('did', '=', device.did)
    .where('device_id', '=', device.device_id)
    .orderBy('created_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.state
}

export interface HealthQuery {
  convoId: ConvoId
  did: Did
  deviceId: DeviceId
  /** Where the device says that it is. */
  generation?: number | undefined
  epoch?: Epoch | undefined
}
