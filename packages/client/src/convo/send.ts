import { MlsClientError, isRefusal } from '../errors.js'
import { hex, sha256 } from '../lib/bytes.js'
import { encrypt } from '../mls/group.js'
import { catchUp } from './catch-up.js'
import { commitPending } from './membership.js'
import { queued } from './outbox-records.js'
import { paddedLength } from './padding.js'
import { writePayload } from './payload.js'
import type { Payload } from './payload.js'
import { keys } from './records.js'
import type { OutboxRecord } from './records.js'
import type { ConvoState } from './state.js'

const ATTEMPTS = 12

/** Puts a message into the outbox: from now on it is sent, whatever happens to this process. */
export function enqueue(state: ConvoState, payload: Payload): Promise<OutboxRecord> {
  return state.transitions.run(async () => {
    state.activeGroup()
    // Refuses what is too long before it is in the way of others.
    writePayload(payload, undefined)
    const { message, change, nextOrder } = queued(state.record, payload)
    await state.save({ record: { nextOrder } }, [change])
    const { convoId, deps } = state
    deps.events.emit({ type: 'updated', convoId })
    return message
  })
}

/** Sends what is in the outbox, oldest first, until it is empty. */
export function flush(state: ConvoState): Promise<void> {
  return state.sending.run(async () => {
    for (;;) {
      const next = await firstWaiting(state)
      if (next === undefined) return
      await deliver(state, next)
    }
  })
}

/** Sends what only those see who listen now: it is not repeated and not kept. */
export async function sendEphemeral(state: ConvoState, payload: Payload): Promise<void> {
  const sealed = await state.transitions.run(() => seal(state, payload))
  const { convoId } = state
  const input = { convoId, msgId: crypto.randomUUID(), delivery: 'ephemeral', ...sealed }
  try {
    await state.deps.service.call('sendMessage', (mls, options) =>
      mls.sendMessage(input, { ...options, encoding: 'application/json' }),
    )
  } catch (error) {
    if (!isRefusal(error, 'EpochMismatch', 'RateLimitExceeded')) throw error
  }
}

async function deliver(state: ConvoState, waiting: OutboxRecord): Promise<void> {
  const { convoId, deps } = state
  let message: OutboxRecord | undefined = waiting
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (state.pending.length > 0) await commitPending(state)
    message = await sealed(state, message)
    if (message?.sealed === undefined) return
    const { epoch, ciphertext } = message.sealed
    const input = { convoId, msgId: message.msgId, epoch, ciphertext }
    try {
      const { seq } = await deps.service.call('sendMessage', (mls, options) =>
        mls.sendMessage(input, { ...options, encoding: 'application/json' }),
      )
      return await accepted(state, message, seq)
    } catch (error) {
      if (isRefusal(error, 'MessageIdConflict')) {
        // An earlier attempt, encrypted otherwise, was stored: the log has it. If not, the id is taken.
        await catchUp(state)
        return await rename(state, message)
      }
      if (!isRefusal(error, 'EpochMismatch')) throw error
      await catchUp(state)
      message = await unsealed(state, message)
      if (message === undefined) return
    }
  }
  throw new MlsClientError('contested', 'the group changed faster than a message could be sent')
}

/** Somebody else's message has this one's id. */
function rename(state: ConvoState, message: OutboxRecord): Promise<void> {
  return state.transitions.run(async () => {
    const key = keys.outbox(state.convoId, message.order)
    if ((await state.deps.store.get<OutboxRecord>(key)) === undefined) return
    const record = { ...withoutSeal(message), msgId: crypto.randomUUID(), digests: [] }
    await state.deps.store.write([{ key, record }])
  })
}

/** It is in the log: the entry takes it out of the outbox, by the stream or by reading on. */
async function accepted(state: ConvoState, message: OutboxRecord, seq?: number): Promise<void> {
  await state.transitions.run(async () => {
    const key = keys.outbox(state.convoId, message.order)
    if ((await state.deps.store.get<OutboxRecord>(key)) === undefined) return
    await state.deps.store.write([{ key, record: { ...message, ...(seq && { seq }) } }])
  })
  if (!state.deps.isOnline() || seq === undefined) await catchUp(state)
}

/** Encrypts the message for the group's epoch, once: the bytes are stored before they are sent. */
function sealed(
  state: ConvoState,
  message: OutboxRecord | undefined,
): Promise<OutboxRecord | undefined> {
  if (message === undefined || message.sealed !== undefined) return Promise.resolve(message)
  return state.transitions.run(async () => {
    const key = keys.outbox(state.convoId, message.order)
    if ((await state.deps.store.get<OutboxRecord>(key)) === undefined) return undefined
    const digests = [...message.digests]
    const { generation } = state.record
    let made: OutboxRecord = message
    await seal(state, message.payload, async (encrypted) => {
      digests.push(hex(await sha256(encrypted.ciphertext)))
      made = { ...message, digests, sealed: { ...encrypted, generation } }
      return [{ key, record: made }]
    })
    return made
  })
}

/** The epoch has passed: what was encrypted for it was refused, and is made anew. */
function unsealed(state: ConvoState, message: OutboxRecord): Promise<OutboxRecord | undefined> {
  return state.transitions.run(async () => {
    const key = keys.outbox(state.convoId, message.order)
    if ((await state.deps.store.get<OutboxRecord>(key)) === undefined) return undefined
    const again = withoutSeal(message)
    await state.deps.store.write([{ key, record: again }])
    return again
  })
}

function withoutSeal({ msgId, order, payload, createdAt, digests }: OutboxRecord): OutboxRecord {
  return { msgId, order, payload, createdAt, digests }
}

async function seal(
  state: ConvoState,
  payload: Payload,
  also: (sealed: Sealed) => Promise<{ key: string; record: object }[]> = async () => [],
): Promise<Sealed> {
  const { applied, hash } = state.record
  const log = hash === undefined ? undefined : { seq: applied, hash }
  const plaintext = writePayload(payload, log)
  const { mls } = state.deps.device
  const encrypted = await encrypt(
    state.activeGroup(),
    plaintext,
    paddedLength(plaintext.length),
    mls,
  )
  const sealed = { epoch: encrypted.epoch, ciphertext: encrypted.ciphertext }
  await state.save({ group: encrypted.state }, await also(sealed))
  return sealed
}

async function firstWaiting({ deps, convoId }: ConvoState): Promise<OutboxRecord | undefined> {
  const waiting = await deps.store.list<OutboxRecord>({ prefix: keys.outboxOf(convoId) })
  return waiting.find(({ record }) => record.seq === undefined)?.record
}

interface Sealed {
  epoch: number
  ciphertext: Uint8Array
}
