import { sql } from 'kysely'
import { inTx } from '../db/tx.js'
import type { Db } from '../db/types.js'
import type { Did } from '../lib/ids.js'

/** Key packages that are looked at in one transaction. */
const PAGE = 20_000

/**
 * Ends what an account has leased, and forgets what it once had.
 *
 * @NOTE It reads all packages: an index on `leased_to` would make every lease dearer, and accounts are
 * deleted rarely.
 */
export async function forgetLeases(db: Db, did: Did): Promise<void> {
  for (let after = ''; ;) {
    const from = after
    const last = await inTx(db, async (tx) => {
      const { rows } = await sql<{ last: string | null }>`
        with page as (
          select ref, leased_to from key_packages where ref > ${from} order by ref limit ${PAGE}
        ), forgotten as (
          update key_packages k set leased_to = null, leased_convo = null, leased_until = null
          from page where k.ref = page.ref and page.leased_to = ${did} and k.leased_to = ${did}
        )
        select max(ref) as last from page`.execute(tx)
      return rows[0]?.last
    })
    if (last === null || last === undefined) break
    after = last
  }
  await inTx(db, (tx) => tx.deleteFrom('last_resort_leases').where('leased_to', '=', did).execute())
}
