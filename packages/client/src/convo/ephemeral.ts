import { hex, sha256 } from '../lib/bytes.js'
import { nameOf } from '../mls/identity.js'
import { decrypt } from '../mls/read.js'
import { readPayload } from './payload.js'
import type { ConvoState } from './state.js'

const REMEMBERED = 200

/**
 * Tells an ephemeral message. The ratchet does not move for it: a message of the log that was sent
 * before and comes after could not be read any more. So a repeated one is known by its bytes.
 */
export async function takeEphemeral(state: ConvoState, ciphertext: Uint8Array): Promise<void> {
  const { group, deps, convoId, ephemeralSeen } = state
  if (group === undefined) return
  const digest = hex(await sha256(ciphertext))
  if (ephemeralSeen.has(digest)) return
  ephemeralSeen.add(digest)
  if (ephemeralSeen.size > REMEMBERED) ephemeralSeen.delete([...ephemeralSeen][0]!)
  let read: Awaited<ReturnType<typeof decrypt>>
  try {
    read = await decrypt(group, ciphertext, deps.device.mls)
  } catch {
    return
  }
  const { payload } = readPayload(read.plaintext)
  const by = nameOf(read.sender)
  if (payload.type === 'typing') {
    deps.events.emit({ type: 'typing', convoId, by, typing: payload.typing })
  } else if (payload.type === 'read') {
    deps.events.emit({ type: 'read', convoId, by, seq: payload.seq })
  }
}
