import { packagesOfWelcome } from '../keys/packages-of-welcome.js'
import type { Did } from '../lib/ids.js'
import { mlsError } from '../mls/mls-error.js'
import type { PublicGroup } from '../mls/public-group.js'
import type { VerifiedCommit } from '../mls/verify-commit.js'
import type { Change } from './apply-change.js'
import type { ConvoDeps } from './deps.js'

/** All of a change that its bytes and the group before it can prove; slow, and needs no lock. */
export async function verifyChange(
  deps: Pick<ConvoDeps, 'db' | 'verifier' | 'suites' | 'clock'>,
  group: PublicGroup,
  change: Change,
  { sender, framing }: { sender: Did; framing: 'public' | 'any' },
): Promise<VerifiedCommit> {
  const verdict = await deps.verifier.verifyCommit(group, change, {
    now: deps.clock(),
    sender,
    framing,
    suites: deps.suites,
    ...(framing === 'any' && { keyPackages: await packagesOfWelcome(deps.db, change.welcome) }),
  })
  if (!verdict.ok) throw mlsError(verdict.refusal)
  return verdict.value
}
