import { LRUCache } from 'lru-cache'
import { ServiceUnavailableError } from '../errors.js'
import { accept } from '../lib/verdict.js'
import type { ConvoId } from '../lib/ids.js'
import { openGenesis, type GenesisExpectation } from './open-genesis.js'
import { openStored } from './open-stored.js'
import { packGroup } from './pack-group.js'
import type { PublicGroup } from './public-group.js'
import type { MlsVerdict } from './verdict.js'
import { estimateCost } from './verification-cost.js'
import type { CommitEffects, VerifierJob, VerifierResult } from './verifier-job.js'
import { VerifierBusyError, VerifierPool } from './verifier-pool.js'
import {
  verifyCommit,
  type Change,
  type CommitExpectation,
  type VerifiedCommit,
} from './verify-commit.js'
import { equalBytes } from './wire/bytes.js'

export interface VerifierOptions {
  /** For the states of groups that are kept. */
  cacheBytes?: number
  /** Verifications that run in threads at once. */
  threads?: number
  /** What one of those may take. */
  budgetMs?: number
}

/**
 * The verification of groups for a process that must answer others meanwhile: what is short is done
 * at once, what is long in a thread; and the last states of groups are kept, since to open one again
 * costs more than a commit.
 */
export class Verifier implements AsyncDisposable {
  readonly #kept: LRUCache<ConvoId, PublicGroup>
  readonly #pool: VerifierPool

  constructor({
    cacheBytes = 128 * 1024 * 1024,
    threads = 2,
    budgetMs = 1_000,
  }: VerifierOptions = {}) {
    this.#kept = new LRUCache({ maxSize: cacheBytes, sizeCalculation: sizeOf })
    this.#pool = new VerifierPool({
      threads,
      budgetMs,
      maxWaiting: MAX_WAITING,
      maxWaitMs: MAX_WAIT_MS,
    })
  }

  /** A genesis has one leaf, so this never takes long. */
  async openGenesis(
    groupInfo: Uint8Array,
    expectation: GenesisExpectation,
  ): Promise<MlsVerdict<PublicGroup>> {
    return openGenesis(groupInfo, expectation)
  }

  /** The group of a GroupInfo that was verified before it was stored. */
  async openStored(groupInfo: Uint8Array): Promise<PublicGroup> {
    return openStored(groupInfo)
  }

  /**
   * A group that was not followed from its genesis, by all that its GroupInfo shows.
   *
   * @throws {ServiceUnavailableError} when too many long verifications wait.
   */
  async openUntrusted(groupInfo: Uint8Array): Promise<MlsVerdict<PublicGroup>> {
    const verdict = await this.#inThread({ kind: 'untrusted', groupInfo })
    return verdict.ok ? accept(openStored(groupInfo)) : verdict
  }

  /** @throws {ServiceUnavailableError} when too many long verifications wait. */
  async verifyCommit(
    group: PublicGroup,
    change: Change,
    expectation: CommitExpectation,
  ): Promise<MlsVerdict<VerifiedCommit>> {
    if (estimateCost(change, group.tree.suite) <= INLINE_MS) {
      return verifyCommit(group, change, expectation)
    }
    const job = { kind: 'commit', group: packGroup(group), change, expectation } as const
    const verdict = await this.#inThread(job)
    if (!verdict.ok) return verdict
    const effects = verdict.value as CommitEffects
    return accept({ ...effects, next: openStored(change.groupInfo) })
  }

  /** Keeps the state of a conversation's group, instead of an earlier one. */
  keep(convoId: ConvoId, group: PublicGroup): void {
    this.#kept.set(convoId, group)
  }

  /** The kept state, if it is of that group and epoch. */
  kept(convoId: ConvoId, groupId: Uint8Array, epoch: number): PublicGroup | undefined {
    const group = this.#kept.get(convoId)
    const isWanted = group?.epoch === epoch && equalBytes(group.groupId, groupId)
    return isWanted ? group : undefined
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#kept.clear()
    return this.#pool[Symbol.asyncDispose]()
  }

  async #inThread(job: VerifierJob): Promise<VerifierResult> {
    try {
      return await this.#pool.run(job)
    } catch (thrown) {
      if (!(thrown instanceof VerifierBusyError)) throw thrown
      throw new ServiceUnavailableError('Too many verifications wait; try again')
    }
  }
}

/** The event loop may be held for 50 ms; an estimate can be wrong, and others need it too. */
const INLINE_MS = 10

const MAX_WAITING = 64
const MAX_WAIT_MS = 30_000

/** Of a state in memory, measured for each node of 1,000 members: 3 MB in all. */
const NODE_BYTES = 1_500

function sizeOf({ tree }: PublicGroup): number {
  return NODE_BYTES * tree.width
}
