import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js'
import { identityOf, readGroupInfo, readPublicMessage, type Change } from '../support/mls/index.js'

export type Role = 'admin' | 'moderator' | 'member'

interface Interval {
  did: string
  role: Role
  joinedSeq: number
  leftSeq: number | undefined
}

interface Leaf {
  /** `<did>#<deviceId>` */
  name: string
  pending: 'left' | 'deviceDeleted' | null
}

/** What a commit would do, as whoever builds it knows. */
export interface Plan {
  actor: string
  /** `<did>#<deviceId>` of each. */
  adds: string[]
  /** Leaf indexes. */
  removes: number[]
  changesContext: boolean
  external: boolean
  /** Members without a leaf that are named for removal. */
  named: string[]
}

/**
 * Who is in a conversation, as the contract says it follows from what was accepted: the replay that
 * the service's own roster is compared with. Written from `protocol.md`, with no code of the service's.
 */
export class RosterModel {
  generation = 0
  epoch = 0
  lastSeq = 0
  closed = false
  whoCanAdd: 'admin' | 'member' = 'member'
  readonly intervals: Interval[] = []
  readonly leaves = new Map<number, Leaf>()
  /** Names of devices that are gone for good. */
  readonly deleted = new Set<string>()

  constructor(readonly creator: string) {
    this.intervals.push({
      did: didOf(creator),
      role: 'admin',
      joinedSeq: 1,
      leftSeq: undefined,
    })
    this.leaves.set(0, { name: creator, pending: null })
  }

  get members(): Interval[] {
    return this.intervals.filter(({ leftSeq }) => leftSeq === undefined)
  }

  member(did: string): Interval | undefined {
    return this.members.find((member) => member.did === did)
  }

  leavesOf(who: string): number[] {
    return [...this.leaves].flatMap(([at, { name }]) =>
      name === who || didOf(name) === who ? [at] : [],
    )
  }

  get pending(): number[] {
    return [...this.leaves].flatMap(([at, { pending }]) => (pending === null ? [] : [at]))
  }

  /** The error that a commit of the current epoch gets by §3 of the contract; undefined: it is taken. */
  refusalOf({ actor, adds, removes, changesContext, external, named }: Plan): string | undefined {
    const member = this.member(didOf(actor))
    if (member === undefined) return 'NotMember'
    if (this.closed) return 'Forbidden'
    const { role } = member
    if (!external && this.pending.some((leaf) => !removes.includes(leaf))) return 'PendingRemovals'
    const addsOthers = adds.some((name) => didOf(name) !== didOf(actor))
    if (addsOthers && this.whoCanAdd === 'admin' && role !== 'admin') return 'NotAdmin'
    const removed = new Set(named)
    for (const leaf of removes) {
      const { name, pending } = this.leaves.get(leaf)!
      if (pending === null && didOf(name) !== didOf(actor)) removed.add(didOf(name))
    }
    for (const did of removed) {
      const target = this.member(did)?.role
      if (role !== 'admin' && !(role === 'moderator' && target === 'member')) return 'NotAdmin'
      const kept = this.leavesOf(did).filter((leaf) => !removes.includes(leaf))
      if (kept.some((leaf) => this.leaves.get(leaf)!.pending === null)) return 'InvalidCommit'
    }
    if (changesContext && role !== 'admin') return 'NotAdmin'
    if (external && this.deleted.has(actor)) return 'DeviceUnknown'
    if (adds.some((name) => this.deleted.has(name))) return 'InvalidKeyPackage'
    return undefined
  }

  /** A commit was taken: its own proposals say what went, the tree after it who is there. */
  commit(plan: Plan, change: Change): void {
    this.epoch += 1
    this.lastSeq += 1
    const gone = removedBy(change.commit)
    const wasMember = new Set(this.members.map(({ did }) => did))
    const removedByOther = new Set(plan.named)
    for (const leaf of gone) {
      const { name, pending } = this.leaves.get(leaf)!
      if (pending === null && didOf(name) !== didOf(plan.actor)) removedByOther.add(didOf(name))
      this.leaves.delete(leaf)
    }
    const tree = leavesIn(change.groupInfo)
    for (const [leaf, name] of tree) {
      const held = this.leaves.get(leaf)
      if (held !== undefined && held.name !== name) throw new Error(`leaf ${leaf} is not ${name}`)
      if (held !== undefined) continue
      this.leaves.set(leaf, { name, pending: null })
      if (!wasMember.has(didOf(name))) this.#open(didOf(name))
    }
    if (this.leaves.size !== tree.size) throw new Error('a leaf went without a Remove')
    for (const did of removedByOther) {
      if (this.leavesOf(did).length === 0) this.#close(did)
    }
  }

  leave(did: string): void {
    if (this.member(did) === undefined) return
    this.#close(did)
    for (const leaf of this.leavesOf(did)) this.#retire(leaf, 'left')
    if (this.members.length === 0) this.closed = true
    else if (this.members.every(({ role }) => role !== 'admin')) this.#succeed()
  }

  deleteDevice(name: string): void {
    this.deleted.add(name)
    for (const leaf of this.leavesOf(name)) this.#retire(leaf, 'deviceDeleted')
  }

  /** A new group, with its creator's device alone. */
  reset(creator: string): void {
    this.generation += 1
    this.epoch = 0
    this.leaves.clear()
    this.leaves.set(0, { name: creator, pending: null })
  }

  /** In the shape of the service's own, members and leaves sorted. */
  roster() {
    return {
      generation: this.generation,
      epoch: this.epoch,
      lastSeq: this.lastSeq,
      closed: this.closed,
      members: this.intervals
        .map(({ did, role, joinedSeq, leftSeq }) => `${did} ${role} ${joinedSeq}-${leftSeq ?? ''}`)
        .sort(),
      leaves: [...this.leaves].map(([, { name, pending }]) => `${name} ${pending}`).sort(),
    }
  }

  #open(did: string): void {
    if (this.member(did) !== undefined) return
    this.intervals.push({ did, role: 'member', joinedSeq: this.lastSeq, leftSeq: undefined })
  }

  #close(did: string): void {
    const member = this.member(did)
    if (member !== undefined) member.leftSeq = this.lastSeq
  }

  #retire(leaf: number, reason: 'left' | 'deviceDeleted'): void {
    const held = this.leaves.get(leaf)!
    held.pending ??= reason
  }

  /** The lowest (joinedSeq, leafIndex) becomes admin; who has no leaf comes last. */
  #succeed(): void {
    const firstLeaf = ({ did }: Interval) =>
      Math.min(
        ...this.leavesOf(did).filter((leaf) => this.leaves.get(leaf)!.pending === null),
        Infinity,
      )
    const order = (a: Interval, b: Interval) =>
      Number(firstLeaf(a) === Infinity) - Number(firstLeaf(b) === Infinity) ||
      a.joinedSeq - b.joinedSeq ||
      firstLeaf(a) - firstLeaf(b)
    this.members.sort(order)[0]!.role = 'admin'
  }
}

export function didOf(name: string): string {
  return name.split('#', 1)[0]!
}

function removedBy(commit: Uint8Array): number[] {
  const { content } = readPublicMessage(commit)
  if (content.contentType !== 'commit') throw new Error('not a commit')
  return content.commit.proposals.flatMap((item) =>
    item.proposalOrRefType === 'proposal' && item.proposal.proposalType === 'remove'
      ? [item.proposal.remove.removed]
      : [],
  )
}

/** Leaf index to `<did>#<deviceId>`. */
function leavesIn(groupInfo: Uint8Array): Map<number, string> {
  const tree = ratchetTreeFromExtension(readGroupInfo(groupInfo))!
  return new Map(
    tree.flatMap((node, at): [number, string][] =>
      node?.nodeType === 'leaf' ? [[at / 2, identityOf(node.leaf.credential)]] : [],
    ),
  )
}
