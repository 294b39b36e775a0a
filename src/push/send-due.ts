import { sql } from 'kysely'
import { inTx } from '../db/tx.js'
import type { Db, Tx } from '../db/types.js'
import type { ConvoId, DeviceId, Did, Seq } from '../lib/ids.js'
import { WANTS } from './enqueue.js'
import type { Platform } from './platform.js'
import type { PushOutcome, PushProviders } from './provider.js'
import type { PushSettings } from './settings.js'
import type { TokenVault } from './token-vault.js'

/**
 * Sends what is due, each push claimed by one process, and answers how many were looked at.
 *
 * A process that ends while it sends leaves its claims to run out; then they are sent again under the same
 * id and topic, by which the provider puts the second in place of the first.
 */
export async function sendDue(deps: SendDeps, limit: number): Promise<number> {
  const claims = await claim(deps, limit)
  await Promise.all(claims.map((each) => deal(deps, each)))
  return claims.length
}

async function claim({ db, settings }: SendDeps, limit: number): Promise<Claim[]> {
  return inTx(db, async (tx) => {
    const { rows } = await sql<Claim>`
      update push_queue q
      set claimed_until = now() + make_interval(secs => ${settings.claimMs / 1000}::float8),
        attempts = attempts + 1
      from push_registrations r
      where r.registration_id = q.registration_id and (q.registration_id, q.convo_id) in (
        select registration_id, convo_id from push_queue
        where due_at <= now() and (claimed_until is null or claimed_until < now())
        order by due_at limit ${limit} for update skip locked)
      returning q.registration_id as "registrationId", q.convo_id as "convoId", q.seq, q.attempts,
        q.put_off as "putOff", q.queued_at as "queuedAt", r.did, r.device_id as "deviceId", r.platform,
        r.app_id as "appId", r.sealed_token as "sealedToken", r.token_hash as "tokenHash",
        exists (
          select 1 from members m
          where m.convo_id = q.convo_id and m.did = r.did and ${WANTS}
            and not exists (
              select 1 from cursors c
              where c.convo_id = q.convo_id and c.did = r.did and c.seq >= q.seq)) as "wanted"`.execute(
      tx,
    )
    return rows
  })
}

async function deal(deps: SendDeps, push: Claim): Promise<void> {
  const { db, settings, isConnected } = deps
  if (!push.wanted) return void (await inTx(db, (tx) => done(tx, push)))
  if (isConnected(push.did, push.deviceId)) {
    // A connection may be dead and not known to be: it is looked at once more.
    const again = push.putOff ? done : (tx: Tx) => putOff(tx, push, settings.connectedMs)
    return void (await inTx(db, (tx) => again(tx, push)))
  }
  const outcome = await send(deps, push)
  await inTx(db, (tx) => settle(tx, deps, push, outcome))
}

async function send({ providers, vault }: SendDeps, push: Claim): Promise<PushOutcome> {
  const provider = providers.get(push.platform)
  const token = vault.open(push.sealedToken, push)
  // Sealed by a key that is no more: the device registers again when it starts.
  if (token === undefined) return { outcome: 'dead' }
  if (!provider) return { outcome: 'later' }
  return provider.send({
    token,
    appId: push.appId,
    topic: vault.topic(push, push.convoId),
    id: vault.pushId(push, push.convoId, push.seq),
  })
}

async function settle(tx: Tx, deps: SendDeps, push: Claim, result: PushOutcome): Promise<void> {
  switch (result.outcome) {
    case 'sent':
      return done(tx, push)
    case 'dead':
      await tx
        .deleteFrom('push_registrations')
        .where('registration_id', '=', push.registrationId)
        // Not one that the device has registered meanwhile.
        .where('token_hash', '=', push.tokenHash)
        .execute()
      return
    case 'failed':
      deps.onFailure(push.platform, result.status)
      return retry(tx, deps.settings, push)
    case 'later':
      return retry(tx, deps.settings, push, result.afterMs)
    default:
      return result satisfies never
  }
}

/** It is dealt with, unless more has happened meanwhile: that is another push. */
async function done(tx: Tx, { registrationId, convoId, seq }: Claim): Promise<void> {
  await tx
    .deleteFrom('push_queue')
    .where('registration_id', '=', registrationId)
    .where('convo_id', '=', convoId)
    .where('seq', '=', seq)
    .execute()
  await tx
    .updateTable('push_queue')
    .set({ claimed_until: null, attempts: 0, put_off: false, queued_at: sql`now()` })
    .where('registration_id', '=', registrationId)
    .where('convo_id', '=', convoId)
    .execute()
}

async function putOff(tx: Tx, push: Claim, byMs: number): Promise<void> {
  await schedule(tx, push, byMs, true)
}

/** After ever longer pauses, and not for ever: a message of yesterday wakes nobody. */
async function retry(
  tx: Tx,
  { retryMs, giveUpMs }: PushSettings,
  push: Claim,
  afterMs = 0,
): Promise<void> {
  if (Date.now() - push.queuedAt.getTime() > giveUpMs) return done(tx, push)
  const pauseMs = Math.min(retryMs * 2 ** Math.min(push.attempts - 1, 10), giveUpMs)
  await schedule(tx, push, Math.min(Math.max(pauseMs, afterMs), giveUpMs), push.putOff)
}

async function schedule(tx: Tx, push: Claim, inMs: number, putOff: boolean): Promise<void> {
  await tx
    .updateTable('push_queue')
    .set({
      due_at: sql`now() + make_interval(secs => ${inMs / 1000}::float8)`,
      claimed_until: null,
      put_off: putOff,
    })
    .where('registration_id', '=', push.registrationId)
    .where('convo_id', '=', push.convoId)
    .execute()
}

interface Claim {
  registrationId: number
  convoId: ConvoId
  seq: Seq
  attempts: number
  putOff: boolean
  queuedAt: Date
  did: Did
  deviceId: DeviceId
  platform: Platform
  appId: string
  sealedToken: Uint8Array
  tokenHash: Uint8Array
  /** By the account: it is a member, did not mute the conversation, and has not read so far. */
  wanted: boolean
}

export interface SendDeps {
  db: Db
  vault: TokenVault
  providers: PushProviders
  settings: PushSettings
  isConnected(did: Did, deviceId: DeviceId): boolean
  /** The provider refuses what no token explains: the setup is wrong. */
  onFailure(platform: Platform, status: number): void
}
