import { MlsClientError } from '../errors.js'
import type { ConvoView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { hex, randomBytes, sha256 } from '../lib/bytes.js'
import { jittered, pause } from '../lib/pause.js'
import { packState } from '../mls/config.js'
import { buildCommit, createGroup } from '../mls/group.js'
import { sealGroupInfo } from '../mls/seal-commit.js'
import { leaseFor } from './membership.js'
import { listPeople } from './people.js'
import { refresh } from './refresh.js'
import type { ConvoState } from './state.js'
import { settle, submit } from './submit.js'

const ATTEMPTS = 3
const WAIT_MS = 400

/**
 * Puts the conversation on a new group with all its members, where nobody can repair the old one. It
 * needs no working state of that. Members keep roles and history; those without key packages come in by
 * themselves once they are online. Another admin's reset that came first will do.
 */
export function resetConvo(state: ConvoState): Promise<void> {
  return state.changes.run(async () => {
    if (state.record.status === 'gone') {
      throw new MlsClientError('notMember', 'not a member any more')
    }
    await settle(state)
    const { generation } = await refresh(state)
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const view = await refresh(state)
      if (view.generation > generation) return
      await stageReset(state, view)
      if ((await submit(state)) === 'accepted') return
      await pause(jittered(WAIT_MS * 2 ** attempt), state.deps.signal)
    }
    throw new MlsClientError('contested', `${ATTEMPTS} resets were refused`)
  })
}

async function stageReset(state: ConvoState, view: ConvoView): Promise<void> {
  const { deps, convoId } = state
  const { device } = deps
  const groupId = randomBytes(16)
  const group = await createGroup(device, groupId, device.mls)
  const dids = (await listPeople(state)).map(({ did }) => did)
  const { leased } = await leaseFor(deps, convoId, dids)
  const add = leased
    .filter(({ did, deviceId }) => did !== device.did || deviceId !== device.deviceId)
    .map(({ keyPackage }) => keyPackage)
  const built =
    add.length === 0 ? undefined : await buildCommit(group, { add, remove: [] }, device.mls)
  await state.transitions.run(async () =>
    state.save({
      staged: {
        kind: 'reset',
        method: 'resetConvo',
        groupId: hex(groupId),
        genesis: await sealGroupInfo(group, device.mls),
        next: packState(built?.next ?? group),
        generation: view.generation + 1,
        epoch: 0,
        adds: built !== undefined,
        ...(built && { change: built.change, id: hex(await sha256(built.change.commit)) }),
      },
    }),
  )
}
