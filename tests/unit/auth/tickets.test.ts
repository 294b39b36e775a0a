import { describe, expect, it } from 'vitest'
import { createTickets, TICKET_TTL_MS } from '../../../src/auth/tickets.js'
import type { Backend } from '../../../src/backend/backend.js'
import { createMemoryBackend } from '../../../src/backend/memory-backend.js'
import type { ConvoId, DeviceId } from '../../../src/lib/ids.js'
import { backendWith } from '../../support/backend-with.js'
import { randomPlcDid } from '../../support/plc.js'

const holder = {
  did: randomPlcDid(),
  deviceId: 'phone' as DeviceId,
  convoId: 'ab'.repeat(16) as ConvoId,
}

describe('tickets', () => {
  it('let their holder in once', async () => {
    const tickets = createTickets(createMemoryBackend())
    const { ticket } = await tickets.issue(holder)
    expect(await tickets.redeem(ticket)).toEqual(holder)
    await expect(tickets.redeem(ticket)).rejects.toMatchObject({
      statusCode: 401,
      error: 'BadTicket',
    })
  })

  it('let one of many in that come together', async () => {
    const tickets = createTickets(createMemoryBackend())
    const { ticket } = await tickets.issue({ did: holder.did })
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => tickets.redeem(ticket)),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toEqual([
      { status: 'fulfilled', value: { did: holder.did } },
    ])
  })

  it('end after half a minute', async () => {
    let now = 1_800_000_000_000
    const tickets = createTickets(createMemoryBackend({ now: () => now }))
    const early = await tickets.issue(holder, now)
    const late = await tickets.issue(holder, now)
    expect(early.expiresAt).toEqual(new Date(now + TICKET_TTL_MS))
    now += TICKET_TTL_MS - 1
    expect(await tickets.redeem(early.ticket)).toEqual(holder)
    now += 1
    await expect(tickets.redeem(late.ticket)).rejects.toMatchObject({ error: 'BadTicket' })
  })

  it('never are the same, and have 256 bits', async () => {
    const tickets = createTickets(createMemoryBackend())
    const issued = await Promise.all(Array.from({ length: 100 }, () => tickets.issue(holder)))
    expect(new Set(issued.map(({ ticket }) => ticket)).size).toBe(100)
    for (const { ticket } of issued) {
      expect(Buffer.from(ticket, 'base64url')).toHaveLength(32)
    }
  })

  it.each(['', 'x', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}*`, 'x'.repeat(43)])(
    'of nobody are refused: %j',
    async (ticket) => {
      await expect(createTickets(createMemoryBackend()).redeem(ticket)).rejects.toMatchObject({
        error: 'BadTicket',
      })
    },
  )

  it('are not in the store, nor usable from what is', async () => {
    const kept: string[] = []
    const memory = createMemoryBackend()
    const put: Backend['put'] = (key, value, ttlMs) => {
      kept.push(key, value)
      return memory.put(key, value, ttlMs)
    }
    const tickets = createTickets(backendWith(memory, { put }))
    const { ticket } = await tickets.issue(holder)
    expect(kept).toHaveLength(2)
    expect(kept.join()).not.toContain(ticket)
    const stolen = kept[0]?.split(':').at(-1) ?? ''
    await expect(tickets.redeem(stolen)).rejects.toMatchObject({ error: 'BadTicket' })
  })
})
