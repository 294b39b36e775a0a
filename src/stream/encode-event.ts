import type { StreamEvent } from '../outbox/events.js'
import { Encoded } from './encoded.js'
import { type EntryRow, messageView } from '../convo/read/message-view.js'

/**
 * What clients see of an event that points to nothing; undefined for what no client sees, and for a kind
 * of a newer version.
 */
export function encodeEvent(event: UnloadedEvent, cursor: string): Encoded | undefined {
  switch (event.kind) {
    case 'welcome': {
      const { convoId, welcomeId, deviceId } = event
      return new Encoded('welcomeEvent', { cursor, convoId, welcomeId, deviceId }, 0)
    }
    case 'membershipChange': {
      const { convoId, subject, action, deviceId, role, inviteId, epoch, seq } = event
      return new Encoded(
        'membershipChangeEvent',
        {
          cursor,
          convoId,
          did: subject,
          action,
          ...(deviceId !== undefined && { deviceId }),
          ...(role !== undefined && { role }),
          ...(inviteId !== undefined && { inviteId }),
          epoch,
          seq,
        },
        0,
      )
    }
    case 'convo': {
      const { convoId, action } = event
      return new Encoded('convoEvent', { cursor, convoId, action }, 0)
    }
    case 'read': {
      const { convoId, seq } = event
      return new Encoded('readEvent', { cursor, convoId, seq }, 0)
    }
    case 'device': {
      const { subject, deviceId, action } = event
      return new Encoded('deviceEvent', { cursor, did: subject, deviceId, action }, 0)
    }
    case 'keyPackages': {
      const { deviceId, available } = event
      return new Encoded('keyPackagesEvent', { cursor, deviceId, available }, 0)
    }
    case 'report': {
      const { convoId, reportId } = event
      return new Encoded('reportEvent', { cursor, convoId, reportId }, 0)
    }
    case 'account':
      return undefined
    default:
      // While a new version is rolled out, an old process reads what the new one writes.
      event satisfies never
      return undefined
  }
}

export function encodeEntry(row: EntryRow, cursor: string): Encoded {
  const bytes = row.ciphertext?.length ?? 0
  return new Encoded('messageEvent', { cursor, message: messageView(row) }, bytes)
}

export type UnloadedEvent = Exclude<StreamEvent, { kind: 'message' }>
