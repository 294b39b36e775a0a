import type { Queryable } from '../db/types.js'
import { readWelcome } from '../mls/welcome.js'

/**
 * The published key packages that a Welcome names, by reference: what a PrivateMessage commit adds
 * cannot be seen in it. Used ones have no bytes any more and are left out.
 */
export async function packagesOfWelcome(
  q: Queryable,
  welcome: Uint8Array | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const named = welcome && readWelcome(welcome)
  // A Welcome that cannot be read is refused by the verification itself.
  if (!named?.ok || named.value.refs.length === 0) return new Map()
  const rows = await q
    .selectFrom('key_packages')
    .select(['ref', 'key_package'])
    .where('ref', 'in', named.value.refs)
    .where('key_package', 'is not', null)
    .execute()
  return new Map(rows.map(({ ref, key_package }) => [ref, key_package!]))
}
