import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { TestPlc } from '../../tests/support/plc.js'
import type { Sender } from './requests.js'

/**
 * Accounts in a PLC directory, and conversations that they are members of, written to the tables: what a
 * conversation costs to make is measured elsewhere.
 */
export async function makeAccounts(plc: TestPlc, count: number): Promise<Sender[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { did, keypair } = await plc.createAccount()
      const privateKey = Buffer.from(await keypair.export()).toString('hex')
      return { did, privateKey }
    }),
  )
}

/** All accounts are members of all conversations. */
export async function makeConvos(
  databaseUrl: string,
  dids: readonly string[],
  count: number,
): Promise<{ spread: string[]; hot: string }> {
  const spread = Array.from({ length: count }, () => randomBytes(16).toString('hex'))
  const hot = randomBytes(16).toString('hex')
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(INSERT_CONVOS, [[...spread, hot], dids[0]])
    await client.query(INSERT_MEMBERS, [[...spread, hot], dids])
    await client.query('vacuum analyze conversations, members')
  } finally {
    await client.end()
  }
  return { spread, hot }
}

export const INSERT_CONVOS = `
  insert into conversations
    (convo_id, kind, group_id, epoch, hash, cipher_suite, commit_framing, creator, policy)
  select id, 'group', decode(id, 'hex'), 0, decode(repeat('00', 32), 'hex'),
    'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519', 'public', $2, '{"whoCanAdd":"member"}'
  from unnest($1::text[]) as id`

export const INSERT_MEMBERS = `
  insert into members (convo_id, did, joined_seq, role, status, joined_application_count)
  select convo_id, did, 1, 'member', 'accepted', 0
  from unnest($1::text[]) as convo_id cross join unnest($2::text[]) as did`
