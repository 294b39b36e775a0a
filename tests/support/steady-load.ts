import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientDevice } from './client-device.js'

/** People who write and read all the time through several services, and never try again. */
export class SteadyLoad {
  answered = 0
  /** What went wrong, one line each. */
  readonly failures: string[] = []
  /** Of any request, in milliseconds. */
  slowest = 0
  #stop = false
  readonly #running: Promise<unknown>

  /** @param doors where the services are; more may be added while it runs. */
  constructor(
    people: ClientDevice[],
    convoId: string,
    readonly doors: string[],
  ) {
    this.#running = Promise.all(people.map((person) => this.#live(person, convoId)))
  }

  /** Resolves when so many more requests were answered or failed. */
  async goOn(requests: number): Promise<void> {
    const end = this.#ended + requests
    while (this.#ended < end) await Promise.race([this.#running, sleep(20)])
  }

  async stop(): Promise<void> {
    this.#stop = true
    await this.#running
  }

  get #ended(): number {
    return this.answered + this.failures.length
  }

  async #live(person: ClientDevice, convoId: string): Promise<void> {
    const { api, group } = person.convo(convoId)
    for (let turn = 0; !this.#stop; turn++) {
      api.url = this.doors[turn % this.doors.length]!
      const ciphertext = await group.encrypt('steady')
      const message = { convoId, msgId: randomUUID(), epoch: group.epoch, ciphertext }
      const sent = await this.#timed(() => api.procedure('sendMessage', message))
      const sinceSeq = Math.max(0, (sent?.seq ?? 1) - 5)
      await this.#timed(() => api.query('getMessages', { convoId, sinceSeq, limit: 10 }))
      await this.#timed(() => api.query('getConvos', { limit: 10 }))
      if (sent) await this.#timed(() => api.procedure('updateCursor', { convoId, seq: sent.seq! }))
    }
  }

  async #timed<T>(request: () => Promise<T>): Promise<T | undefined> {
    const startedAt = performance.now()
    try {
      const answer = await request()
      this.answered += 1
      return answer
    } catch (error) {
      this.failures.push(String(error))
      return undefined
    } finally {
      this.slowest = Math.max(this.slowest, performance.now() - startedAt)
    }
  }
}
