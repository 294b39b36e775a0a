import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { hex, readGroupInfo, type TestGroup } from '../support/mls/index.js'

/**
 * What is known of each epoch: the GroupContext that the service has, and the one and the epoch
 * authenticator that clients have. Whoever comes by an epoch must find the same as all before.
 */
export class Agreement {
  readonly #contexts = new Map<string, string>()
  readonly #authenticators = new Map<string, Set<string>>()
  /** How often a client was compared with what was known. */
  compared = 0

  client(generation: number, group: TestGroup): void {
    const epoch = `${generation}/${group.epoch}`
    this.#same(epoch, hex(group.context))
    const known = this.#authenticators.get(epoch) ?? new Set()
    known.add(hex(group.epochAuthenticator))
    this.#authenticators.set(epoch, known)
    if (known.size > 1) throw new Error(`two epoch authenticators in ${epoch}`)
    this.compared += 1
  }

  /** By the GroupInfo that the service gives out. */
  service(generation: number, groupInfo: Uint8Array): void {
    const { groupContext } = readGroupInfo(groupInfo)
    this.#same(`${generation}/${groupContext.epoch}`, hex(encodeGroupContext(groupContext)))
  }

  #same(epoch: string, context: string): void {
    const known = this.#contexts.get(epoch)
    if (known !== undefined && known !== context) throw new Error(`two group contexts in ${epoch}`)
    this.#contexts.set(epoch, context)
  }
}
