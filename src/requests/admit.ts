import { sql } from 'kysely'
import type { MemberStatus } from '../db/schema.js'
import type { Queryable, Tx } from '../db/types.js'
import {
  BlockedByMemberError,
  IncomingNotAllowedError,
  ServiceUnavailableError,
} from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { Answer, Asked } from './ask-outside.js'
import { blockBetween } from './blocks-between.js'

/** Accounts that become members by a change, under the lock of their conversation. */
export interface Admission {
  convoId: ConvoId
  adder: Did
  /** The adder itself, where it comes in by an invite. */
  added: readonly Did[]
  /** Who is there with them after the change, they themselves included. */
  company: readonly Did[]
  asked: Asked
}

/**
 * Whether each account may be added, and what the conversation is to it: `accepted` where it has
 * accepted the adder, else `request`. It has accepted whom it declares to take additions from, whom it
 * follows, and whom it found in another conversation that it accepted.
 *
 * @throws {BlockedByMemberError} for a block between one of them and anybody there, either way.
 * @throws {IncomingNotAllowedError}
 * @throws {ServiceUnavailableError} for an account that nobody was asked about: it stopped being a
 * member while others were asked.
 */
export async function admitAccounts(
  tx: Tx,
  { convoId, adder, added, company, asked }: Admission,
): Promise<Map<Did, MemberStatus>> {
  const answers = added.map((did): [Did, Answer] => [did, answerOf(asked, did)])
  await requireNoBlock(tx, answers, company)
  const others = answers.filter(([did]) => did !== adder)
  for (const [did, answer] of others) requireAllowed(did, answer)
  const metBefore = await acceptedBefore(
    tx,
    convoId,
    adder,
    others.map(([did]) => did),
  )
  return new Map(
    answers.map(([did, answer]) => {
      const accepted = did === adder || hasAccepted(answer) || metBefore.has(did)
      return [did, accepted ? 'accepted' : 'request']
    }),
  )
}

function answerOf({ answers }: Asked, did: Did): Answer {
  const answer = answers.get(did)
  if (answer) return answer
  throw new ServiceUnavailableError(
    'The members changed while the accounts to be added were asked about; send the same again',
  )
}

async function requireNoBlock(
  tx: Tx,
  answers: readonly [Did, Answer][],
  company: readonly Did[],
): Promise<void> {
  if (answers.length === 0) return
  const added = answers.map(([did]) => did)
  const inPublic = answers.find(([, { publicBlocks }]) =>
    company.some((did) => publicBlocks.has(did)),
  )
  const blocked = inPublic?.[0] ?? (await blockBetween(tx, added, company))
  if (blocked === undefined) return
  throw new BlockedByMemberError(
    `${blocked} cannot come in: it and somebody who is, or would be, in the conversation block one another`,
  )
}

/** Whether its declaration lets the adder add it; without one it does, as a request. */
export function isAllowed({ allowIncoming, followsAdder }: Consent): boolean {
  return allowIncoming === 'following' ? followsAdder : allowIncoming !== 'none'
}

function requireAllowed(did: Did, answer: Answer): void {
  if (isAllowed(answer)) return
  throw new IncomingNotAllowedError(
    `${did} lets nobody add it whom it has not chosen; give it an invite instead`,
  )
}

function hasAccepted({ allowIncoming, followsAdder }: Answer): boolean {
  return allowIncoming === 'all' || followsAdder
}

/**
 * Those who found the adder in another conversation when they came in, and accepted that one. This
 * conversation does not count: who left it has taken that back.
 */
async function acceptedBefore(
  q: Queryable,
  convoId: ConvoId,
  adder: Did,
  dids: readonly Did[],
): Promise<Set<Did>> {
  if (dids.length === 0) return new Set()
  const { rows } = await sql<{ did: Did }>`
    select distinct own.did
    from members as own
    join members as theirs on theirs.convo_id = own.convo_id
    where own.did = any(${sql.val(dids)}::text[]) and own.status = 'accepted'
      and theirs.did = ${adder} and own.convo_id <> ${convoId}
      and theirs.joined_seq <= own.joined_seq
      and (theirs.left_seq is null or theirs.left_seq >= own.joined_seq)`.execute(q)
  return new Set(rows.map(({ did }) => did))
}

type Consent = Pick<Answer, 'allowIncoming' | 'followsAdder'>
