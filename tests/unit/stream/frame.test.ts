import type { Writable } from 'node:stream'
import { Frame } from '@atproto/xrpc-server'
import * as ws from 'ws'
import { expect, test } from 'vitest'
import { errorFrame, messageFrame } from '../../../src/stream/frame.js'
import { WRITE_BYTES } from '../../../src/stream/settings.js'

test.each([0, 1, 60, 100, 125, 126, 1_000, 20_000, 32_000, 33_000, 65_536, 70_000, 300_000])(
  'a message with %i bytes is what any WebSocket client and any XRPC client reads',
  async (bytes) => {
    const ciphertext = new Uint8Array(bytes).map((_, i) => i)
    const [payload] = await received(messageFrame('messageEvent', { cursor: 'c', ciphertext }))
    const frame = Frame.fromBytes(payload!)
    expect(frame.header).toEqual({ op: 1, t: '#messageEvent' })
    expect(frame.body).toEqual({ cursor: 'c', ciphertext })
  },
)

test('a long message is in fragments, each of which fills one write but for the last', () => {
  const frame = messageFrame('messageEvent', { ciphertext: new Uint8Array(100_000) })
  const fragments: { fin: boolean; opcode: number; bytes: number }[] = []
  for (let at = 0; at < frame.length;) {
    const short = frame[at + 1]! & 0x7f
    const length = short === 126 ? 4 + frame.readUInt16BE(at + 2) : 2 + short
    fragments.push({ fin: frame[at]! >= 0x80, opcode: frame[at]! & 0x0f, bytes: length })
    at += length
  }
  expect(fragments.slice(0, -1).map(({ bytes }) => bytes)).toEqual([
    WRITE_BYTES,
    WRITE_BYTES,
    WRITE_BYTES,
  ])
  expect(fragments.map(({ opcode }) => opcode)).toEqual([2, 0, 0, 0])
  expect(fragments.map(({ fin }) => fin)).toEqual([false, false, false, true])
})

test('an error frame says what and why', async () => {
  const [payload] = await received(errorFrame('ConsumerTooSlow', 'resume by cursor'))
  const frame = Frame.fromBytes(payload!)
  expect(frame.header).toEqual({ op: -1 })
  expect(frame.body).toEqual({ error: 'ConsumerTooSlow', message: 'resume by cursor' })
})

/** The library's own parser; its types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable }

async function received(bytes: Buffer): Promise<Buffer[]> {
  const messages: Buffer[] = []
  const receiver = new Receiver({ isServer: false })
  receiver.on('message', (data: Buffer) => messages.push(data))
  await new Promise<void>((resolve, reject) => {
    receiver.on('error', reject)
    receiver.write(bytes, () => resolve())
  })
  return messages
}
