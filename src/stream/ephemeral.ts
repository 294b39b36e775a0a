import type { Backend } from '../backend/backend.js'
import type { ConvoId, Epoch } from '../lib/ids.js'
import { parseConvoId } from '../lib/ids.js'
import type { Audience } from './audience.js'
import { Encoded } from './encoded.js'

const CHANNEL = 'ephemeral'
const HEADER_BYTES = 2 + 8

export interface EphemeralMessage {
  convoId: ConvoId
  epoch: Epoch
  ciphertext: Uint8Array
}

export interface Ephemeral extends AsyncDisposable {
  /** Hands a message to the streams that are open now, of all processes; it is stored nowhere. */
  publish(message: EphemeralMessage): Promise<void>
}

/**
 * Typing notices, receipts and the like, past the log and the event stream.
 *
 * @NOTE Between processes they go through Redis alone. NOTIFY, which would be there without Redis,
 * carries 8,000 bytes and makes commits of the whole server wait for each other: several processes
 * without Redis hand ephemeral messages to their own streams only.
 */
export async function openEphemeral(
  backend: Pick<Backend, 'publish' | 'subscribe'>,
  audience: Audience,
): Promise<Ephemeral> {
  const subscription = await backend.subscribe(CHANNEL, (bytes) => {
    const message = unpack(bytes)
    if (!message) return
    const { ciphertext } = message
    const encoded = new Encoded('ephemeralEvent', message, ciphertext.length)
    for (const listener of audience.ofConvo(message.convoId)) {
      listener.offer(message.convoId, encoded)
    }
  })
  return {
    publish: (message) => backend.publish(CHANNEL, pack(message)),
    [Symbol.asyncDispose]: () => subscription[Symbol.asyncDispose](),
  }
}

/** uint16 length of the conversation's id, uint64 epoch, the id, the ciphertext. */
function pack({ convoId, epoch, ciphertext }: EphemeralMessage): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(convoId.length, 0)
  header.writeBigUInt64BE(BigInt(epoch), 2)
  return Buffer.concat([header, Buffer.from(convoId, 'latin1'), ciphertext])
}

/** Undefined for what no process of this version sends. */
function unpack(bytes: Uint8Array): EphemeralMessage | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = HEADER_BYTES + buffer.readUInt16BE(0)
  const convoId = parseConvoId(buffer.toString('latin1', HEADER_BYTES, end))
  if (!convoId) return undefined
  const epoch = Number(buffer.readBigUInt64BE(2)) as Epoch
  return { convoId, epoch, ciphertext: new Uint8Array(buffer.subarray(end)) }
}
