import { leasePackages } from '../support/client-convo.js'
import { isFailure } from '../support/client-retry.js'
import type { CommitOptions, TestGroup } from '../support/mls/index.js'
import { nameIn, nothing, type Intent } from './intent.js'
import type { Walk } from './walk.js'
import type { Walker } from './walker.js'

/** A commit by a member, with all that is pending removal unless it `omits` that. */
export async function draft(
  walk: Walk,
  walker: Walker,
  options: CommitOptions,
  { named = [], omits = false }: { named?: string[]; omits?: boolean } = {},
): Promise<Intent> {
  const { add = [], remove: wanted = [] } = options
  const remove = [...new Set([...wanted, ...(omits ? [] : walk.model.pending)])]
  const change = await walker.convo!.group.commit({ ...options, add, remove })
  const removes = wanted.length > 0 || named.length > 0
  const method = add.length > 0 ? 'addMembers' : removes ? 'removeMembers' : 'submitCommit'
  const didList = named.length > 0 ? { didList: named } : {}
  return {
    ...intentOf(walk, walker, method, { change, ...didList }),
    plan: {
      ...nothing(walker),
      adds: add.map(nameIn),
      removes: remove,
      changesContext: options.groupContextExtensions !== undefined,
      named,
    },
  }
}

export function intentOf(
  { convoId, model }: Walk,
  walker: Walker,
  method: Intent['method'],
  input: Omit<Intent['input'], 'convoId'>,
): Intent {
  const { generation, epoch } = model
  return { method, input: { convoId, ...input }, plan: nothing(walker), generation, epoch }
}

/** Key packages of one or two accounts' devices that are not there, or that the commit takes away. */
export async function lease(
  { random, model, accounts, convoId }: Walk,
  walker: Walker,
  group: TestGroup = walker.convo!.group,
  gone: ReadonlySet<string> = new Set(),
): Promise<Uint8Array[]> {
  const dids = random.some(accounts, 1 + random.int(2)).map(({ did }) => did)
  const pending = new Set(model.pending.map((at) => model.leaves.get(at)!.name))
  const leaves = (name: string) => gone.has(name) || pending.has(name)
  try {
    const leased = await leasePackages(walker.device.api, group, convoId, dids, leaves)
    return leased.filter((bytes) => nameIn(bytes) !== walker.name)
  } catch (error) {
    // So many of one account are given to another in an hour.
    if (!isFailure(error, 'RateLimitExceeded')) throw error
    return []
  }
}
