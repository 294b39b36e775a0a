import { expect } from 'vitest'
import { patiently } from '../support/client-retry.js'
import type { ConvoStage } from '../support/convo-stage.js'
import type { TestAccount } from '../support/plc.js'
import type { Random } from '../support/random.js'
import { Agreement } from './agreement.js'
import { MODES, wake, type Mode } from './delivery.js'
import { nothing, type Outcome } from './intent.js'
import { RosterModel } from './roster-model.js'
import { STEPS, type Step } from './steps.js'
import { Walker } from './walker.js'

const ACCOUNTS = 5
const FOUNDERS = 4
const KEY_PACKAGES = 12

/**
 * People with several devices each, who do at random what the contract lets clients do and what it
 * forbids, crash between any two steps, and race each other. After every accepted commit the service
 * and all clients that come by its epoch have the same group context and epoch authenticator, and the
 * roster is that of the model; whatever is refused leaves all that is stored as it was.
 */
export class Walk {
  /** How often what happened. */
  readonly figures = new Map<string, number>()
  /** What was done, for whoever has to find out why it failed. */
  readonly trace: string[] = []
  /** By conversation: the entries that the service acknowledged, by id. */
  readonly acknowledged = new Map<string, Map<string, number>>()
  readonly accounts: TestAccount[] = []
  walkers: Walker[] = []
  convoId!: string
  model!: RosterModel
  agreement!: Agreement
  /** Answers by the bytes of what was accepted: the same again gets the same. */
  accepted!: Map<string, Outcome>
  #opening: Step[]
  #modes: Mode[]
  #devices = 0

  private constructor(
    readonly stage: ConvoStage,
    readonly random: Random,
  ) {
    const kinds = [...new Set(STEPS.map(([step]) => step))]
    this.#opening = random.some(kinds, kinds.length)
    this.#modes = random.some(MODES, MODES.length)
  }

  static async begin(stage: ConvoStage, random: Random): Promise<Walk> {
    const walk = new Walk(stage, random)
    for (let i = 0; i < ACCOUNTS; i++) {
      const account = await stage.service.createAccount()
      walk.accounts.push(account)
      await walk.newDevice(account)
    }
    await walk.found()
    return walk
  }

  /** Each kind of step once, and then any. */
  async step(): Promise<void> {
    if (this.model.closed) return this.found()
    const waiting = this.walkers.filter(({ intent }) => intent !== undefined)
    if (waiting.length > 0 && this.random.int(3) === 0) return wake(this, this.random.pick(waiting))
    const step = this.#opening.pop() ?? this.#anyStep()
    this.trace.push(step.name)
    await step(this)
  }

  /**
   * Everybody comes back, tells what it had written down, and reads to the end. Answers how many
   * devices are in the last epoch.
   */
  async settle(): Promise<number> {
    for (const walker of this.walkers) if (walker.intent) await wake(this, walker)
    for (const walker of this.walkers) {
      await walker.readWelcomes(this.convoId, true)
      await walker.catchUp()
    }
    await this.observe()
    const inside = this.walkers.flatMap(({ convo }) => (convo ? [convo.group] : []))
    for (const group of inside) expect(group.epoch).toBe(this.model.epoch)
    for (const account of this.accounts) await this.#readAll(account.did)
    return inside.length
  }

  /** A new conversation, at the beginning and where everybody has left the one before it. */
  async found(): Promise<void> {
    this.agreement = new Agreement()
    this.accepted = new Map()
    for (const walker of this.walkers) walker.begin(this.agreement)
    const [creator, ...others] = this.random.some(this.walkers, FOUNDERS) as [Walker, ...Walker[]]
    const { device } = creator
    const dids = new Set(others.map(({ did }) => did).filter((did) => did !== creator.did))
    const convo = await device.createConvo([...dids])
    this.convoId = convo.convoId
    this.model = new RosterModel(creator.name)
    creator.convo = convo
    const { messages } = await device.api.query('getMessages', { convoId: this.convoId })
    const { groupInfo } = await device.api.query('getGroupInfo', { convoId: this.convoId })
    for (const { id, ciphertext } of messages) {
      this.model.commit(nothing(creator), { commit: ciphertext!, groupInfo })
      this.acknowledge(id)
    }
    for (const walker of others) await walker.readWelcomes(this.convoId, true)
    await this.observe()
  }

  /** The service's roster is the model's, and its group context that of the clients. */
  async observe(): Promise<void> {
    const roster = await this.stage.roster(this.convoId)
    expect({
      generation: roster.generation,
      epoch: roster.epoch,
      lastSeq: roster.lastSeq,
      closed: roster.closed,
      members: roster.members
        .map(({ did, role, interval: [from, to] }) => `${did} ${role} ${from}-${to ?? ''}`)
        .sort(),
      leaves: roster.leaves.map(([name, pending]) => `${name} ${pending}`).sort(),
    }).toEqual(this.model.roster())
    const reader = this.walkers.find(({ did }) => this.model.member(did))
    if (reader === undefined) return
    const { convoId } = this
    const answer = await patiently(() => reader.device.api.query('getGroupInfo', { convoId }))
    expect(answer.epoch).toBe(this.model.epoch)
    this.agreement.service(this.model.generation, answer.groupInfo)
    for (const walker of this.random.some(this.walkers, 2)) {
      if (!walker.intent) await walker.catchUp()
    }
  }

  /** One who has a state and is free to act, at the end of the log. */
  async actor(): Promise<Walker | undefined> {
    const free = this.walkers.filter(({ convo, intent }) => convo && !intent)
    const walker = this.random.pick(free)
    await walker?.catchUp()
    return walker?.convo && walker
  }

  async newDevice(account: TestAccount): Promise<void> {
    const device = await this.stage.service.device(`d${this.#devices++}`, account)
    await device.register(KEY_PACKAGES)
    this.walkers.push(new Walker(device, this.agreement))
  }

  /** How the next request goes: each way once, and then mostly well. */
  nextMode(): Mode {
    return this.#modes.pop() ?? (this.random.int(2) === 0 ? 'sent' : this.random.pick(MODES))
  }

  /** Who leaves drops its state, and joins by Welcome only. */
  drop(did: string): void {
    for (const walker of this.walkers) if (walker.did === did) walker.forget()
  }

  apiOf(did: string) {
    return this.walkers.find((walker) => walker.did === did)!.device.api
  }

  acknowledge(id: string): void {
    const known = this.acknowledged.get(this.convoId) ?? new Map<string, number>()
    this.acknowledged.set(this.convoId, known.set(id, this.model.lastSeq))
  }

  count(what: string): void {
    this.figures.set(what, this.counted(what) + 1)
  }

  counted(what: string): number {
    return this.figures.get(what) ?? 0
  }

  #anyStep(): Step {
    const steps = STEPS.flatMap(([step, weight]) => Array<Step>(weight).fill(step))
    return this.random.pick(steps)
  }

  /** What an account may read is what lies in its memberships. */
  async #readAll(did: string): Promise<void> {
    const intervals = this.model.intervals.filter((interval) => interval.did === did)
    if (intervals.length === 0) return
    const seqs = Array.from({ length: this.model.lastSeq }, (_, index) => index + 1)
    const wanted = seqs.filter((seq) =>
      intervals.some(({ joinedSeq, leftSeq = seq }) => joinedSeq <= seq && seq <= leftSeq),
    )
    const read: number[] = []
    for (let sinceSeq = 0, more = true; more;) {
      const query = { convoId: this.convoId, sinceSeq, limit: 100 }
      const page = await patiently(() => this.apiOf(did).query('getMessages', query))
      read.push(...page.messages.map(({ seq }) => seq))
      ;({ lastSeq: sinceSeq, hasMore: more } = page)
    }
    expect(read).toEqual(wanted)
  }
}
