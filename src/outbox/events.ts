import type { Role } from '../db/schema.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../lib/ids.js'

/**
 * Everything that is announced on the event stream, as it is stored. `toRow` and `fromRow` are its one
 * codec. `seq` is the place in the conversation at which the event stands: who may see that seq may see
 * the event.
 */
export type StreamEvent =
  /** The log entry at `seq`; the row points to it. */
  | { kind: 'message'; convoId: ConvoId; seq: Seq }
  /** Personal: to `did`. */
  | { kind: 'welcome'; convoId: ConvoId; did: Did; deviceId: DeviceId; welcomeId: string; seq: Seq }
  | {
      kind: 'membershipChange'
      convoId: ConvoId
      subject: Did
      action: MembershipAction
      deviceId?: DeviceId
      role?: Role
      /** Of `joined`: by which invite. */
      inviteId?: string
      epoch: Epoch
      seq: Seq
    }
  /** With `did`, to that account alone (`requested`, `accepted`). */
  | { kind: 'convo'; convoId: ConvoId; action: ConvoAction; did?: Did; seq: Seq }
  /** Personal: how far `did` has read. */
  | { kind: 'read'; convoId: ConvoId; did: Did; seq: Seq }
  /** To the account itself and to those who share a conversation with it. */
  | { kind: 'device'; subject: Did; deviceId: DeviceId; action: 'registered' | 'deleted' }
  /** Personal: few key packages of this device are left. */
  | { kind: 'keyPackages'; did: Did; deviceId: DeviceId; available: number }
  /** Personal: to one of those who moderate. */
  | { kind: 'report'; convoId: ConvoId; did: Did; reportId: string; seq: Seq }
  /** Of `did`: no client sees it; it ends the account's streams. */
  | { kind: 'account'; did: Did; action: 'deleted' | 'deactivated' }

export type MembershipAction =
  'joined' | 'left' | 'removed' | 'roleChanged' | 'deviceAdded' | 'deviceRemoved'

export type ConvoAction = 'created' | 'updated' | 'reset' | 'closed' | 'requested' | 'accepted'

/** What has a column of its own; the rest is payload. */
interface Placed {
  convoId: ConvoId
  did: Did
  seq: Seq
}

/** The columns of `event_stream` that say what happened. */
export interface EventColumns {
  kind: string
  convo_id: ConvoId | null
  /** The only account that the event is for; null: all that are entitled. */
  did: Did | null
  seq: Seq | null
  payload: Record<string, unknown>
}

export function toRow(event: StreamEvent): EventColumns {
  const { kind, convoId, did, seq, ...payload } = event as StreamEvent & Partial<Placed>
  return { kind, convo_id: convoId ?? null, did: did ?? null, seq: seq ?? null, payload }
}

/** The inverse of `toRow`. */
export function fromRow({ kind, convo_id, did, seq, payload }: EventColumns): StreamEvent {
  return {
    kind,
    ...(convo_id !== null && { convoId: convo_id }),
    ...(did !== null && { did }),
    ...(seq !== null && { seq }),
    ...payload,
  } as StreamEvent
}
