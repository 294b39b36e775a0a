import { randomBytes } from 'node:crypto'
import type { Account, Accounts } from '../accounts/account.js'
import type { Description, Service } from '../service/service.js'
import { Caller, Refused } from '../service/caller.js'
import type { Watch } from '../service/watch.js'
import { createDevice } from '../mls/index.js'
import type { Convo } from './convo.js'
import { Person } from './person.js'

/** What one check plays on: accounts with devices, of which nothing stays behind. */
export class Stage {
  readonly #people: Person[] = []
  readonly #taken = new Set<Account>()
  #lone: Account | undefined

  constructor(
    readonly service: Service,
    readonly accounts: Accounts,
    readonly watch: Watch,
  ) {}

  get description(): Description {
    return this.service.description
  }

  /** A caller without a device: the same account each time, and nobody else's in this check. */
  caller(account: Account = (this.#lone ??= this.#take(1)[0]!)): Caller {
    return new Caller(this.service, account, this.watch)
  }

  /** Different accounts with a device each that is registered and has `packages` key packages. */
  async people(count: number, packages = 3): Promise<Person[]> {
    const accounts = this.#take(count)
    return Promise.all(accounts.map((account) => this.device(account, packages)))
  }

  /** A device, registered with key packages and one of last resort; with none it has no packages. */
  async device(account: Account, packages = 3): Promise<Person> {
    const person = await this.stranger(account)
    await person.register(packages)
    return person
  }

  /** A device that the service has not heard of. */
  async stranger(account: Account = this.#take(1)[0]!): Promise<Person> {
    const deviceId = `conformance-${randomBytes(6).toString('hex')}`
    const mls = await createDevice({ did: account.did, deviceId })
    const person = new Person(this.caller(account), mls)
    this.#people.push(person)
    return person
  }

  /** People in one conversation; the first is its creator. Only those who are asked to have joined. */
  async met(count: number, { join = true }: { join?: boolean } = {}): Promise<Met> {
    const people = await this.people(count)
    const [creator, ...others] = people as [Person, ...Person[]]
    const convo = await creator.createConvo(others.map(({ did }) => did))
    if (!join) return { convoId: convo.convoId, people, convos: [convo] }
    const convos = [convo]
    for (const other of others) convos.push(await other.join(convo.convoId))
    return { convoId: convo.convoId, people, convos }
  }

  /** Leaves what was joined and deletes the devices: the accounts may be needed again. */
  async leave(): Promise<void> {
    if (this.accounts.throwaway) return
    // Also who was added, and never joined.
    const convoIds = new Set(this.#people.flatMap(({ seen }) => [...seen]))
    for (const person of this.#people.reverse()) {
      for (const convoId of convoIds) await quietly(person.call('leaveConvo', { convoId }))
      await quietly(person.call('deleteDevice', { deviceId: person.deviceId }))
    }
  }

  #take(count: number): Account[] {
    const accounts = this.accounts.take(count, this.#taken)
    for (const account of accounts) this.#taken.add(account)
    return accounts
  }
}

/** A refusal is in order here: whatever is to go is gone already. */
async function quietly(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error
  })
}

export interface Met {
  convoId: string
  people: Person[]
  /** In the order of `people`. */
  convos: Convo[]
}
