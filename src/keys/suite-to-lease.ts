import type { Queryable } from '../db/types.js'
import { InvalidCipherSuiteError } from '../errors.js'
import type { SuiteName } from '../mls/suite.js'
import type { KeyDeps } from './deps.js'
import type { LeaseRequest } from './lease.js'

/** Mandatory to implement (RFC 9420 §17.1): what every client has. */
export const DEFAULT_SUITE: SuiteName = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

/**
 * The suite to lease packages of: that of the conversation, or else the one asked for. To an account that
 * is not in the conversation it is one that does not exist yet.
 */
export async function suiteToLease(
  q: Queryable,
  { suites }: Pick<KeyDeps, 'suites'>,
  { caller, convoId, cipherSuite = DEFAULT_SUITE }: LeaseRequest,
): Promise<string> {
  if (!suites.some((name) => name === cipherSuite)) {
    throw new InvalidCipherSuiteError(
      'The cipher suite is not offered here; describeServer lists those that are',
    )
  }
  if (convoId === undefined) return cipherSuite
  const convo = await q
    .selectFrom('conversations')
    .innerJoin('members', 'members.convo_id', 'conversations.convo_id')
    .select('cipher_suite')
    .where('conversations.convo_id', '=', convoId)
    .where('members.did', '=', caller)
    .where('members.left_at', 'is', null)
    .executeTakeFirst()
  return convo?.cipher_suite ?? cipherSuite
}
