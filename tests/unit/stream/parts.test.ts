import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { DeviceId, Did } from '../../../src/lib/ids.js'
import { encodeCursor } from '../../../src/outbox/cursor.js'
import { Alarm } from '../../../src/stream/alarm.js'
import { Budget } from '../../../src/stream/budget.js'
import { clientAddress } from '../../../src/stream/client-address.js'
import { STREAM_SETTINGS, WRITE_BYTES } from '../../../src/stream/settings.js'
import { Slots } from '../../../src/stream/slots.js'
import { parseStreamQuery } from '../../../src/stream/stream-query.js'
import { writePieces } from '../../../src/stream/write-pieces.js'

describe('alarm', () => {
  test('a ring while nobody sleeps is kept for the next sleep, once', async () => {
    const alarm = new Alarm()
    alarm.ring()
    alarm.ring()
    await alarm.wait()
    let awake = false
    const waiting = alarm.wait().then(() => (awake = true))
    await sleep(10)
    expect(awake).toBe(false)
    alarm.ring()
    await waiting
  })

  test('a rest is not ended by a ring, but by the end', async () => {
    const alarm = new Alarm()
    let rested = false
    const resting = alarm.rest(60_000).then(() => (rested = true))
    alarm.ring()
    await sleep(10)
    expect(rested).toBe(false)
    alarm.close()
    await resting
    await alarm.wait()
    await alarm.rest(60_000)
  })

  test('a wait ends with its time', async () => {
    await new Alarm().wait(5)
  })
})

describe('budget', () => {
  test('who comes when nothing is free waits, in order', async () => {
    const budget = new Budget(10)
    const order: string[] = []
    const first = await budget.take(8)
    const second = budget.take(6).then((held) => (order.push('second'), held))
    // It would fit, and does not overtake.
    const third = budget.take(1).then((held) => (order.push('third'), held))
    await sleep(5)
    expect(order).toEqual([])
    first[Symbol.dispose]()
    await Promise.all([second, third])
    expect(order).toEqual(['second', 'third'])
  })

  test('what is larger than all there is gets all', async () => {
    const budget = new Budget(10)
    const all = await budget.take(1_000)
    let admitted = false
    const next = budget.take(1).then(() => (admitted = true))
    await sleep(5)
    expect(admitted).toBe(false)
    all[Symbol.dispose]()
    await next
  })
})

describe('slots', () => {
  const did = 'did:web:a.test' as Did
  const phone = { did, deviceId: 'phone' as DeviceId }

  test('a refused claim takes nothing, and a slot given back twice counts once', () => {
    const slots = new Slots({ ...STREAM_SETTINGS, streamsPerAccount: 3, streamsPerDevice: 2 })
    const taken = [slots.ofHolder(phone), slots.ofHolder(phone)]
    expect(() => slots.ofHolder(phone)).toThrow(/one device/)
    taken.push(slots.ofHolder({ did }))
    expect(() => slots.ofHolder({ did })).toThrow(/one account/)
    expect(() => slots.ofHolder({ did, deviceId: 'laptop' as DeviceId })).toThrow(/one account/)
    taken[0]![Symbol.dispose]()
    taken[0]![Symbol.dispose]()
    slots.ofHolder(phone)
    expect(() => slots.ofHolder(phone)).toThrow()
  })
})

describe('client address', () => {
  const request = (forwarded?: string) =>
    ({
      socket: { remoteAddress: '10.0.0.1' },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    }) as unknown as IncomingMessage

  test.each<[number, string | undefined, string]>([
    [0, undefined, '10.0.0.1'],
    [0, '1.1.1.1', '10.0.0.1'],
    [1, '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    [2, '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
    [2, '1.1.1.1', '1.1.1.1'],
    [1, undefined, '10.0.0.1'],
  ])('behind %i proxies, of %s', (proxies, forwarded, expected) => {
    expect(clientAddress(request(forwarded), proxies)).toBe(expected)
  })
})

describe('what a request asks for', () => {
  const parse = (url: string, headers = {}) =>
    parseStreamQuery({ url, headers } as unknown as IncomingMessage)
  const cursor = encodeCursor('0123456789abcde0', { xid: 7n, id: 8 })

  test('nothing', () => {
    expect(parse('/x')).toEqual({ cursor: undefined, convoId: undefined })
    expect(parse('/x?cursor=')).toEqual({ cursor: undefined, convoId: undefined })
  })

  test('a cursor, where the header goes first', () => {
    expect(parse(`/x?cursor=${cursor}`).cursor?.incarnation).toBe('0123456789abcde0')
    expect(parse('/x?cursor=bad', { 'last-event-id': cursor }).cursor).toBeDefined()
    expect(() => parse('/x', { 'last-event-id': 'bad' })).toThrow(/cursor/)
  })

  test.each(['cursor=bad', `cursor=${cursor}&cursor=${cursor}`, 'convoId=AB', 'ticket=a&ticket=b'])(
    'refuses %s',
    (query) => {
      expect(() => parse(`/x?${query}`)).toThrow()
    },
  )
})

describe('writing in pieces', () => {
  test('small buffers go together, long ones in pieces, in order, with a wait whenever it is full', async () => {
    const socket = new PassThrough({ highWaterMark: WRITE_BYTES })
    const chunks: Buffer[] = []
    const buffers = [100, 200, WRITE_BYTES * 2 + 5, 7, WRITE_BYTES].map((size, i) =>
      Buffer.alloc(size, i + 1),
    )
    let waits = 0
    const written = writePieces(socket, buffers, async () => {
      waits += 1
      for (let chunk; (chunk = socket.read() as Buffer | null);) chunks.push(chunk)
    })
    await written
    for (let chunk; (chunk = socket.read() as Buffer | null);) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(Buffer.concat(buffers))).toBe(true)
    expect(waits).toBeGreaterThanOrEqual(3)
  })

  test('nothing to wait for is nothing to wait for', () => {
    const socket = new PassThrough()
    expect(writePieces(socket, [Buffer.alloc(10)], () => Promise.reject())).toBeUndefined()
  })
})
