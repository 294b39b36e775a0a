import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientConvo } from '../client-convo.js'
import type { ClientDevice } from '../client-device.js'
import type { Random } from '../random.js'
import type { Acknowledged } from './ledger.js'
import { Witness } from './witness.js'

/** An account may lease the packages of another 20 times an hour, attempts that lost the epoch included. */
const ADDS_MAX = 12
const PAUSE_MS = 40

/**
 * People who write and commit at random in the conversations that they share, with real MLS clients, and
 * guests whom the creators add and remove; each account has a witness on its stream.
 */
export class Load implements AsyncDisposable {
  readonly acknowledged: Acknowledged[] = []
  readonly convoIds: string[] = []
  readonly #added = new Map<string, number>()

  private constructor(
    readonly people: ClientDevice[],
    readonly guests: ClientDevice[],
    readonly witnesses: Witness[],
    private readonly random: Random,
  ) {}

  static async open(
    devices: readonly ClientDevice[],
    size: LoadSize,
    random: Random,
  ): Promise<Load> {
    const witnesses: Witness[] = []
    for (const device of devices) {
      // Its registration is the first event of a stream: it has a cursor before anything can be cut.
      const witness = size.witnessed === false ? undefined : await Witness.start(device.api)
      await device.register(size.guests === 0 ? 5 : size.convos * ADDS_MAX)
      if (!witness) continue
      while (witness.seen.length === 0) await sleep(10)
      witnesses.push(witness)
    }
    const count = devices.length - size.guests
    const people = devices.slice(0, count)
    const load = new Load(people, devices.slice(count), witnesses, random)
    for (let i = 0; i < size.convos; i++) {
      const creator = people[i % people.length]!
      const others = people.filter((one) => one !== creator)
      const { convoId } = await creator.createConvo(others.map(({ did }) => did))
      load.convoIds.push(convoId)
    }
    for (const one of people) await one.join()
    return load
  }

  /** Until `signal` says so; then each finishes what it has begun. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.people.map((person) => this.#live(person, signal)))
  }

  /** Nothing but messages, as fast as they are acknowledged, each to another conversation. */
  async write(signal: AbortSignal): Promise<void> {
    const convos = this.people.map((person, i) =>
      person.convo(this.convoIds[i % this.convoIds.length]!),
    )
    await Promise.all(
      convos.map(async (convo) => {
        while (!signal.aborted) await this.#send(convo, 'more')
      }),
    )
  }

  /** Everybody reads on to the end: the same log, readable by each. */
  async catchUp(): Promise<void> {
    for (const person of this.people) {
      for (const convo of person.convos.values()) await convo.catchUp()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.witnesses.map((witness) => witness[Symbol.asyncDispose]()))
  }

  async #live(person: ClientDevice, signal: AbortSignal): Promise<void> {
    for (let i = 0; !signal.aborted; i++) {
      const convo = person.convo(this.random.pick(this.convoIds))
      const chance = this.random.int(100)
      if (chance < 75) await this.#send(convo, `${i}`)
      else if (chance < 90) this.#note(convo, await convo.update())
      else await this.#welcomeOrDismiss(person, convo)
      await sleep(this.random.int(PAUSE_MS))
    }
  }

  async #send(convo: ClientConvo, text: string): Promise<void> {
    const { seq, msgId } = await convo.send(text)
    this.acknowledged.push({ convoId: convo.convoId, seq, entry: msgId })
  }

  /** Only the creator of a conversation is its admin. */
  async #welcomeOrDismiss(person: ClientDevice, convo: ClientConvo): Promise<void> {
    if (this.people[this.convoIds.indexOf(convo.convoId) % this.people.length] !== person) return
    const guest = this.random.pick(this.guests)
    if (convo.group.leavesOf(guest.did).length > 0) {
      this.#note(convo, await convo.remove([guest.did]))
      return
    }
    const pair = `${person.did} ${guest.did}`
    const adds = this.#added.get(pair) ?? 0
    if (adds === ADDS_MAX) return
    this.#added.set(pair, adds + 1)
    this.#note(convo, await convo.add([guest.did]))
  }

  #note({ convoId }: ClientConvo, { seq, newEpoch }: { seq: number; newEpoch: number }): void {
    this.acknowledged.push({ convoId, seq, entry: newEpoch - 1 })
  }
}

export interface LoadSize {
  /** So many of the devices, the last of them, are guests. */
  guests: number
  convos: number
  witnessed?: boolean
}
