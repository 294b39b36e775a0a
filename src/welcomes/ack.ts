import { inTx } from '../db/tx.js'
import type { Db } from '../db/types.js'
import { WelcomeAlreadyAckedError, WelcomeNotFoundError } from '../errors.js'
import type { Did } from '../lib/ids.js'

/**
 * Notes what became of a welcome, if it is still pending. The same outcome again is the same answer
 * and leaves the first reason.
 */
export async function ackWelcome(
  deps: { db: Db; clock(): Date },
  { did, welcomeId, outcome, reason }: Acknowledgement,
): Promise<void> {
  await inTx(deps.db, async (tx) => {
    const now = deps.clock()
    const acked = await tx
      .updateTable('welcomes')
      .set({ state: outcome, reason: reason ?? null, ended_at: now })
      .where('welcome_id', '=', welcomeId)
      .where('did', '=', did)
      .where('state', '=', 'pending')
      .where('expires_at', '>', now)
      .returning('welcome_id')
      .executeTakeFirst()
    if (acked) return
    const welcome = await tx
      .selectFrom('welcomes')
      .select('state')
      .where('welcome_id', '=', welcomeId)
      .where('did', '=', did)
      .executeTakeFirst()
    if (welcome?.state === outcome) return
    if (welcome?.state === 'joined' || welcome?.state === 'failed') {
      throw new WelcomeAlreadyAckedError(`The welcome was acknowledged before, as ${welcome.state}`)
    }
    throw new WelcomeNotFoundError(
      'The account has no such welcome, or it was superseded, removed or has expired; list what waits with getWelcomes, or come in by joinConvo',
    )
  })
}

export type WelcomeOutcome = 'joined' | 'failed'

export interface Acknowledgement {
  did: Did
  welcomeId: string
  outcome: WelcomeOutcome
  reason?: string | undefined
}
