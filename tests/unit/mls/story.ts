import type { CiphersuiteName } from 'ts-mls'
import type { Did } from '../../../src/lib/ids.js'
import { openGenesis } from '../../../src/mls/open-genesis.js'
import type { PublicGroup } from '../../../src/mls/public-group.js'
import { SUITE_NAMES } from '../../../src/mls/suite.js'
import {
  verifyCommit,
  type CommitExpectation,
  type VerifiedCommit,
} from '../../../src/mls/verify-commit.js'
import { createDevice, TestGroup, type Change, type TestDevice } from '../../support/mls/index.js'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** `did:plc` of the n-th account. */
export function didOf(n: number): Did {
  const digits = Array.from({ length: 24 }, (_, i) => ALPHABET[Math.floor(n / 32 ** i) % 32])
  return `did:plc:${digits.join('')}` as Did
}

export function expectation(
  sender: string,
  more: Partial<CommitExpectation> = {},
): CommitExpectation {
  return {
    now: new Date(),
    sender: sender as Did,
    framing: 'public',
    suites: SUITE_NAMES,
    ...more,
  }
}

/** The value of a verdict; a refusal fails the test with its rule. */
export function valueOf<T>(
  verdict:
    | { ok: true; value: T }
    | { ok: false; refusal: { error: string; rule: string; detail: string } },
): T {
  if (verdict.ok) return verdict.value
  const { error, rule, detail } = verdict.refusal
  throw new Error(`${error} ${rule}: ${detail}`)
}

/** A group of ts-mls clients, and the service's view of it, which follows each commit. */
export class Story {
  readonly groups = new Map<TestDevice, TestGroup>()
  view!: PublicGroup
  #next = 0

  static async begin(
    options: {
      suite?: CiphersuiteName
      groupId?: Uint8Array
      create?: Parameters<typeof TestGroup.create>[2]
    } = {},
  ): Promise<Story> {
    const story = new Story()
    const device = await story.device(options.suite)
    const groupId = options.groupId ?? crypto.getRandomValues(new Uint8Array(32))
    const group = await TestGroup.create(device, groupId, options.create)
    story.groups.set(device, group)
    story.view = valueOf(
      openGenesis(await group.groupInfo(), {
        now: new Date(),
        creator: device.did as Did,
        suites: SUITE_NAMES,
      }),
    )
    return story
  }

  /** A device of an account of its own, or of `did`. */
  async device(suite?: CiphersuiteName, did = didOf(this.#next)): Promise<TestDevice> {
    return createDevice({ did, deviceId: `d${this.#next++}`, ...(suite && { suite }) })
  }

  get devices(): TestDevice[] {
    return [...this.groups.keys()]
  }

  group(device: TestDevice): TestGroup {
    return this.groups.get(device)!
  }

  /** The service takes the change, and all clients apply it. */
  async accept(
    sender: TestDevice,
    change: Change,
    more: Partial<CommitExpectation> = {},
  ): Promise<VerifiedCommit> {
    const verified = valueOf(verifyCommit(this.view, change, expectation(sender.did, more)))
    this.view = verified.next
    const removed = new Set(verified.removed.map(({ leafIndex }) => leafIndex))
    for (const [device, group] of this.groups) {
      // ts-mls 1.6.4 takes one who is removed for a member where another is added in the same place.
      if (removed.has(group.leafIndex)) this.groups.delete(device)
      else await group.process(change.commit)
    }
    return verified
  }

  /** `sender` adds devices by one commit, and they join by its welcome. */
  async add(sender: TestDevice, joiners: TestDevice[], update = false): Promise<VerifiedCommit> {
    const packages = await Promise.all(joiners.map((joiner) => joiner.keyPackage()))
    const change = await this.group(sender).commit({ add: packages.map((p) => p.bytes), update })
    const verified = await this.accept(sender, change)
    for (const joiner of joiners) {
      this.groups.set(joiner, await TestGroup.join(joiner, change.welcome!))
    }
    return verified
  }

  /** `sender` removes devices by one commit. */
  async remove(sender: TestDevice, gone: TestDevice[]): Promise<VerifiedCommit> {
    const group = this.group(sender)
    const remove = gone.flatMap(({ name }) => group.leavesOf(name))
    return this.accept(sender, await group.commit({ remove }))
  }

  async update(sender: TestDevice): Promise<VerifiedCommit> {
    return this.accept(sender, await this.group(sender).commit())
  }

  /** `device` comes in by itself, in place of its leaf if it has one. */
  async join(device: TestDevice, groupInfo: Uint8Array): Promise<VerifiedCommit> {
    this.groups.delete(device)
    const { group, change } = await TestGroup.joinExternally(device, groupInfo)
    const verified = await this.accept(device, change)
    group.adopt()
    this.groups.set(device, group)
    return verified
  }

  /** The GroupInfo that any member would serve. */
  groupInfo(): Promise<Uint8Array> {
    return this.group(this.devices[0]!).groupInfo()
  }
}
