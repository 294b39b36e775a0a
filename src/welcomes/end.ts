import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'

/**
 * Ends what is pending in a conversation whose lock is held: for one device, for all of an account, or,
 * without `did`, for everybody.
 */
export async function endWelcomes(
  tx: Tx,
  { convoId, did, deviceId, state }: EndedWelcomes,
): Promise<void> {
  let pending = tx
    .updateTable('welcomes')
    .set({ state, ended_at: sql`now()` })
    .where('convo_id', '=', convoId)
    .where('state', '=', 'pending')
  if (did !== undefined) pending = pending.where('did', '=', did)
  if (deviceId !== undefined) pending = pending.where('device_id', '=', deviceId)
  await pending.execute()
}

/** Ends what these devices wait for in a conversation: a newer welcome takes its place. One statement for any number. */
export async function supersedeWelcomes(
  tx: Tx,
  convoId: ConvoId,
  devices: readonly { did: Did; deviceId: DeviceId }[],
): Promise<void> {
  const dids = sql.val(devices.map(({ did }) => did))
  const deviceIds = sql.val(devices.map(({ deviceId }) => deviceId))
  await tx
    .updateTable('welcomes')
    .set({ state: 'superseded', ended_at: sql`now()` })
    .where('convo_id', '=', convoId)
    .where('state', '=', 'pending')
    .where(
      sql<boolean>`(did, device_id) in (select * from unnest(${dids}::text[], ${deviceIds}::text[]))`,
    )
    .execute()
}

/** Ends all that a deleted device waits for, in every conversation. */
export async function endWelcomesOfDevice(
  tx: Tx,
  { did, deviceId }: { did: Did; deviceId: DeviceId },
): Promise<void> {
  await tx
    .updateTable('welcomes')
    .set({ state: 'removed', ended_at: sql`now()` })
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .where('state', '=', 'pending')
    .execute()
}

export interface EndedWelcomes {
  convoId: ConvoId
  did?: Did
  deviceId?: DeviceId
  /** `superseded` by a newer one, a join or a reset; `removed` with the leaf or the account. */
  state: 'superseded' | 'removed'
}
