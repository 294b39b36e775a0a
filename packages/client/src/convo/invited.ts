import { MlsClientError, ServiceError } from '../errors.js'
import { hex, sha256 } from '../lib/bytes.js'
import { jittered, pause } from '../lib/pause.js'
import type { OutputSchema as PreviewOutput } from '../lexicon/types/blue/catbird/mls/previewInvite.js'
import { packState } from '../mls/config.js'
import { joinExternally, rosterOutside } from '../mls/external.js'
import { epochOf, groupIdOf } from '../mls/roster.js'
import { waitingRecord } from './join.js'
import type { Title } from './records.js'
import { refresh } from './refresh.js'
import { ConvoState } from './state.js'
import type { ConvoDeps } from './state.js'
import { submit } from './submit.js'

const ATTEMPTS = 3
const WAIT_MS = 400

/** What an invite opens. The members are those of the verified tree. */
export async function previewInvite(deps: ConvoDeps, secret: string): Promise<InvitePreview> {
  const preview = await lookUp(deps, secret)
  const { convoId, kind, memberCount, metadata } = preview
  const devices = await rosterOutside(preview.groupInfo, deps.device.mls)
  return {
    convoId,
    kind,
    memberCount,
    members: [...new Set(devices.map(({ did }) => did))],
    ...(metadata !== undefined && { title: titleOf(metadata) }),
  }
}

/**
 * Comes in by an invite, with an external commit.
 *
 * @param known where this device was in the conversation before.
 */
export async function joinByInvite(
  deps: ConvoDeps,
  secret: string,
  known: (convoId: string) => ConvoState | undefined,
  onStaged: (state: ConvoState) => void,
): Promise<ConvoState> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const preview = await lookUp(deps, secret)
    const present = known(preview.convoId)
    if (present?.record.status === 'active') return present
    const state = await stageEntry(deps, secret, preview, present)
    // A sync that finds it at the service must know that it is here already.
    onStaged(state)
    if (await finishInvited(state)) return state
    if (attempt === ATTEMPTS) await retreat(state)
    await pause(jittered(WAIT_MS * 2 ** attempt), deps.signal)
  }
  throw new MlsClientError('contested', `${ATTEMPTS} other commits won`)
}

/** Sends the commit that was built, and answers whether this device is in. Refused, nothing stays. */
export function finishInvited(state: ConvoState): Promise<boolean> {
  return state.changes.run(async () => {
    if (state.forgotten) return false
    try {
      const isIn = (await submit(state)) === 'accepted'
      if (isIn) await refresh(state)
      return isIn
    } catch (error) {
      const refused = error instanceof ServiceError && error.method === 'joinConvo'
      if (refused && error.status < 500 && error.status !== 429) await retreat(state)
      throw error
    }
  })
}

async function stageEntry(
  deps: ConvoDeps,
  secret: string,
  { convoId, groupInfo }: PreviewOutput,
  known: ConvoState | undefined,
): Promise<ConvoState> {
  const { change, next } = await joinExternally(deps.device, groupInfo, deps.device.mls)
  const groupId = groupIdOf(next)
  // Which generation that group is the service tells to members: it is looked up once this device is in.
  const generation = known?.record.groupId === groupId ? known.record.generation : 0
  const record = { groupId, generation, status: 'waiting' as const }
  const staged = {
    kind: 'join' as const,
    method: 'joinConvo' as const,
    change,
    id: hex(await sha256(change.commit)),
    next: packState(next),
    generation,
    epoch: epochOf(next) - 1,
    adds: false,
    invite: secret,
  }
  if (known === undefined) {
    const fresh = { ...waitingRecord({ convoId, groupId, generation }), ...record }
    return ConvoState.create(deps, fresh, undefined, staged)
  }
  await known.transitions.run(() => known.save({ record, group: null, staged }))
  return known
}

/** Not in, and not to be: what this device had read before, if anything, stays. */
export async function retreat(state: ConvoState): Promise<void> {
  if (state.record.applied === 0) return state.forget()
  await state.transitions.run(() => state.save({ record: { status: 'gone' }, staged: null }))
}

function lookUp(deps: ConvoDeps, secret: string): Promise<PreviewOutput> {
  return deps.service.call('previewInvite', (mls, options) =>
    mls.previewInvite({ secret }, options),
  )
}

function titleOf({ name, description }: { name?: string; description?: string }): Title {
  return {
    public: true,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  }
}

/** What an invite opens, before one comes in. */
export interface InvitePreview {
  convoId: string
  /** `group` or `direct`. */
  kind: string
  /** As the service counts. */
  memberCount: number
  /** Accounts that have devices in the group, by its verified tree. */
  members: string[]
  /** If the service may read it. */
  title?: Title
}
