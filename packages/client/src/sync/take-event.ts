import { applyEntry } from '../convo/apply-entry.js'
import { catchUp } from '../convo/catch-up.js'
import { takeEphemeral } from '../convo/ephemeral.js'
import { checkPending } from '../convo/membership.js'
import { movePosition } from '../convo/read-position.js'
import { flush } from '../convo/send.js'
import type { ConvoState } from '../convo/state.js'
import type { Stock } from '../device/stock.js'
import type { RecordChange } from '../store/sealed-store.js'
import type { Convos } from './convos.js'
import type { StreamEvent } from './stream.js'

export const CURSOR_KEY = 'cursor'

/**
 * Acts on one event. Events are hints and the log is the truth: a gap is filled from the log. The
 * event's cursor is saved with its effect, or after it.
 */
export async function takeEvent(convos: Convos, stock: Stock, event: StreamEvent): Promise<void> {
  const cursor: RecordChange[] =
    'cursor' in event ? [{ key: CURSOR_KEY, record: event.cursor }] : []
  if (event.type === 'messageEvent') return takeMessage(convos, event, cursor)
  await act(convos, stock, event)
  await convos.deps.store.write(cursor)
}

async function takeMessage(
  convos: Convos,
  { message }: Extract<StreamEvent, { type: 'messageEvent' }>,
  cursor: RecordChange[],
): Promise<void> {
  const state = convos.get(message.convoId)
  const next = state !== undefined && message.seq === state.record.applied + 1
  if (state === undefined || state.record.status !== 'active') {
    // It is read once this device is in: by a welcome, which has an event of its own, or by a commit.
    await convos.deps.store.write(cursor)
    return state && goOn(convos, state)
  }
  if (next || message.seq <= state.record.applied) await applyEntry(state, message, cursor)
  else {
    await catchUp(state)
    await convos.deps.store.write(cursor)
  }
  await goOn(convos, state)
}

/** What an event may have made necessary: coming back, or telling newcomers the name's key. */
async function goOn(convos: Convos, state: ConvoState): Promise<void> {
  if (state.record.status === 'waiting' && state.record.applied > 0) await convos.comeIn(state)
  if (state.record.status === 'active') flush(state).catch(() => {})
}

async function act(
  convos: Convos,
  stock: Stock,
  event: Exclude<StreamEvent, { type: 'messageEvent' }>,
): Promise<void> {
  const { device, events } = convos.deps
  switch (event.type) {
    case 'welcomeEvent':
      if (event.deviceId === device.deviceId) await convos.takeWelcomes()
      return
    case 'membershipChangeEvent':
    case 'convoEvent': {
      const state = convos.get(event.convoId)
      if (state === undefined || state.record.status !== 'active') return
      await checkPending(state)
      return goOn(convos, state)
    }
    case 'readEvent': {
      const state = convos.get(event.convoId)
      if (state !== undefined) await movePosition(state, event.seq)
      return
    }
    case 'deviceEvent': {
      const { did, deviceId, action } = event
      events.emit({ type: 'devices', did, deviceId, action })
      return
    }
    case 'keyPackagesEvent':
      if (event.deviceId === device.deviceId) await stock.replenish()
      return
    case 'ephemeralEvent': {
      const state = convos.get(event.convoId)
      if (state !== undefined) await takeEphemeral(state, event.ciphertext)
      return
    }
    case 'reportEvent': {
      const { convoId, reportId } = event
      events.emit({ type: 'report', convoId, reportId })
      return
    }
    case 'infoEvent':
      if (event.name === 'OutdatedCursor') await convos.syncAll()
      return
    default:
      event satisfies never
  }
}
