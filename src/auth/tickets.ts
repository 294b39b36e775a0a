import { hash, randomBytes } from 'node:crypto'
import type { Backend } from '../backend/backend.js'
import { BadTicketError } from '../errors.js'
import { parseConvoId, parseDeviceId, parseDid } from '../lib/ids.js'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'

/**
 * Tickets for streams: clients that cannot set a header on a WebSocket open it with one. Good for
 * one use within `TICKET_TTL_MS`, on any instance. The store holds their hashes, so that its
 * contents open nothing, and finding one by its hash takes no longer for a near miss.
 */
export function createTickets(backend: Backend): Tickets {
  return {
    async issue(holder, nowMs = Date.now()) {
      const ticket = randomBytes(TICKET_BYTES).toString('base64url')
      await backend.put(ticketKey(ticket), JSON.stringify(holder), TICKET_TTL_MS)
      return { ticket, expiresAt: new Date(nowMs + TICKET_TTL_MS) }
    },
    async redeem(ticket) {
      if (!TICKET.test(ticket)) throw badTicket()
      const kept = await backend.take(ticketKey(ticket))
      if (kept === undefined) throw badTicket()
      return parseHolder(kept)
    },
  }
}

export const TICKET_TTL_MS = 30_000
const TICKET_BYTES = 32
const TICKET = /^[A-Za-z0-9_-]{43}$/

function ticketKey(ticket: string): string {
  return `ticket:${hash('sha256', ticket, 'base64url')}`
}

/** Of what was kept only what this version knows, in its types. */
function parseHolder(kept: string): TicketHolder {
  const { did, deviceId, convoId } = JSON.parse(kept) as Record<string, string | undefined>
  const holder = {
    did: did === undefined ? undefined : parseDid(did),
    deviceId: deviceId === undefined ? undefined : parseDeviceId(deviceId),
    convoId: convoId === undefined ? undefined : parseConvoId(convoId),
  }
  if (!holder.did) throw badTicket()
  return {
    did: holder.did,
    ...(holder.deviceId && { deviceId: holder.deviceId }),
    ...(holder.convoId && { convoId: holder.convoId }),
  }
}

function badTicket(): BadTicketError {
  return new BadTicketError('The ticket is unknown, used or older than 30 seconds; get a new one.')
}

export interface Tickets {
  /** 256 random bits as 43 base64url characters, for the holder to open one stream. */
  issue(holder: TicketHolder, nowMs?: number): Promise<{ ticket: string; expiresAt: Date }>
  /** The holder, once. Throws `BadTicket`. */
  redeem(ticket: string): Promise<TicketHolder>
}

/** Whom a ticket lets in, and what it narrows the stream to. */
export interface TicketHolder {
  did: Did
  deviceId?: DeviceId
  convoId?: ConvoId
}
