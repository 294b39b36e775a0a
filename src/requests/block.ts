import { inTx } from '../db/tx.js'
import type { Db, Tx } from '../db/types.js'
import { InvalidRequestError, QuotaExceededError } from '../errors.js'
import type { Did } from '../lib/ids.js'

const BLOCKS_PER_ACCOUNT_MAX = 10_000

/**
 * Notes that `did` does not want to meet `subject`: from now on neither is added where the other is.
 * Where they have met already nothing changes. The subject is told nothing.
 *
 * @throws {QuotaExceededError} {InvalidRequestError} for an account that blocks itself.
 */
export async function blockAccount(deps: BlockDeps, { did, subject }: Block): Promise<void> {
  if (did === subject) throw new InvalidRequestError('An account cannot block itself')
  await inTx(deps.db, async (tx) => {
    const { numInsertedOrUpdatedRows: inserted } = await tx
      .insertInto('blocks')
      .values({ did, subject, created_at: deps.clock() })
      .onConflict((oc) => oc.columns(['did', 'subject']).doNothing())
      .executeTakeFirstOrThrow()
    if (inserted) await requireRoom(tx, did)
  })
}

export async function unblockAccount({ db }: BlockDeps, { did, subject }: Block): Promise<void> {
  await inTx(db, (tx) =>
    tx.deleteFrom('blocks').where('did', '=', did).where('subject', '=', subject).execute(),
  )
}

async function requireRoom(tx: Tx, did: Did): Promise<void> {
  const { count } = await tx
    .selectFrom('blocks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('did', '=', did)
    .executeTakeFirstOrThrow()
  if (count <= BLOCKS_PER_ACCOUNT_MAX) return
  throw new QuotaExceededError(
    `An account blocks at most ${BLOCKS_PER_ACCOUNT_MAX} others here; unblock some first`,
  )
}

export interface Block {
  did: Did
  subject: Did
}

interface BlockDeps {
  readonly db: Db
  clock(): Date
}
