import type { Metadata, Policy } from '../db/schema.js'
import { inTx } from '../db/tx.js'
import { NotAdminError } from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { ConvoDeps } from './deps.js'
import { type LockedConvo, lockConvo } from './lock.js'
import { latestMembership, requireMember } from './members.js'
import { requireOpen } from './open.js'
import { changeSettings, type ConvoSettings } from './store.js'

export interface SettingsRequest {
  actor: Did
  convoId: ConvoId
  metadata?: Metadata
  encryptedMetadata?: Uint8Array
  policy?: Policy
}

/** Changes what is given and leaves the rest; nothing is announced where nothing changed. Admins only. */
export async function updateSettings(deps: ConvoDeps, request: SettingsRequest): Promise<void> {
  const { actor, convoId } = request
  await deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      const convo = await lockConvo(tx, convoId)
      const { role } = requireMember(await latestMembership(tx, convoId, actor))
      requireOpen(convo!)
      if (role !== 'admin') throw new NotAdminError('Only admins change a conversation')
      const settings = changed(convo!, request)
      if (Object.keys(settings).length === 0) return
      await changeSettings(tx, convo!, settings)
      await deps.outbox.append(tx, [
        { kind: 'convo', convoId, action: 'updated', seq: convo!.last_seq },
      ])
    }),
  )
}

function changed(
  convo: LockedConvo,
  { metadata, encryptedMetadata, policy }: SettingsRequest,
): ConvoSettings {
  const settings: ConvoSettings = {}
  if (metadata && !sameJson(metadata, convo.metadata)) settings.metadata = JSON.stringify(metadata)
  if (policy && !sameJson(policy, convo.policy)) settings.policy = JSON.stringify(policy)
  const sameBytes =
    encryptedMetadata !== undefined &&
    convo.encrypted_metadata !== null &&
    Buffer.compare(encryptedMetadata, convo.encrypted_metadata) === 0
  if (encryptedMetadata && !sameBytes) settings.encrypted_metadata = encryptedMetadata
  return settings
}

/** jsonb keeps no order of keys. */
function sameJson(a: object, b: object | null): boolean {
  const sorted = (value: object | null) => JSON.stringify(Object.entries(value ?? {}).sort())
  return sorted(a) === sorted(b)
}
