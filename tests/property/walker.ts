import { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { isFailure, patiently } from '../support/client-retry.js'
import { TestGroup } from '../support/mls/index.js'
import type { Agreement } from './agreement.js'
import type { Intent, Outcome } from './intent.js'

/**
 * A device of the walk. What it has is on its disk: the MLS state, the position in the log, and the
 * one request that it wrote down and has no answer to. It crashes by not going on.
 */
export class Walker {
  convo: ClientConvo | undefined
  /** Of `convo`. */
  generation = 0
  intent: Intent | undefined

  constructor(
    readonly device: ClientDevice,
    private agreement: Agreement,
  ) {}

  get name(): string {
    return this.device.mls.name
  }

  get did(): string {
    return this.device.did
  }

  /** With nothing, in another conversation. */
  begin(agreement: Agreement): void {
    this.convo = undefined
    this.generation = 0
    this.intent = undefined
    this.agreement = agreement
  }

  async send({ method, input }: Intent): Promise<Outcome> {
    try {
      const answer = await patiently(() => this.device.api.procedure(method, input as never))
      if ('convo' in answer) {
        const { resetSeq = 0, epoch, groupId } = answer.convo
        return { ok: true, seq: resetSeq, newEpoch: epoch, groupId }
      }
      const { seq, newEpoch } = answer as { seq: number; newEpoch: number }
      return { ok: true, seq, newEpoch }
    } catch (error) {
      if (!(error instanceof Error) || !('error' in error)) throw error
      return { ok: false, error: String(error.error) }
    }
  }

  /** The answer has come. */
  async settle(outcome: Outcome): Promise<void> {
    const { intent } = this
    if (intent === undefined) return
    this.intent = undefined
    if (!outcome.ok) this.convo?.group.drop()
    else if (intent.method === 'joinConvo') this.#enter(intent, outcome.seq, true)
    else if (intent.method === 'resetConvo' && outcome.groupId === intent.group!.groupId) {
      this.convo = undefined
      this.#enter(intent, outcome.seq, false)
    }
    await this.catchUp()
  }

  /** Reads the log to its end. Whoever finds itself removed, or its group replaced, drops its state. */
  async catchUp(): Promise<void> {
    const { convo, device } = this
    if (convo === undefined) return
    const { convoId } = convo
    for (let more = true; more;) {
      const query = { convoId, sinceSeq: convo.applied, limit: 100 }
      const page = await patiently(() => device.api.query('getMessages', query))
      for (const entry of page.messages) {
        if (entry.generation !== this.generation) return this.forget()
        await convo.apply(entry)
        if (convo.group.removed) return this.forget()
        if (entry.messageType === 'commit') this.agreement.client(this.generation, convo.group)
      }
      more = page.hasMore
    }
    try {
      const { generation } = await patiently(() => device.api.query('getEpoch', { convoId }))
      if (generation !== this.generation) this.forget()
    } catch (error) {
      if (!isFailure(error, 'NotMember')) throw error
      this.forget()
    }
  }

  /** Joins by what waits for it; `acknowledges` false: it crashes before it could say so. */
  async readWelcomes(convoId: string, acknowledges: boolean): Promise<number> {
    const { api, deviceId, mls } = this.device
    const { welcomes } = await patiently(() => api.query('getWelcomes', { deviceId }))
    const own = welcomes.filter((one) => one.convoId === convoId)
    for (const { welcomeId, welcome, generation, epoch, seq } of own) {
      const known = this.convo !== undefined && this.generation === generation
      if (!known || this.convo!.group.epoch < epoch) {
        const group = await TestGroup.join(mls, welcome)
        this.intent = undefined
        this.convo = new ClientConvo(api, convoId, group, seq)
        this.generation = generation
        this.agreement.client(generation, group)
      }
      if (!acknowledges) continue
      await patiently(() => api.procedure('ackWelcome', { welcomeId, outcome: 'joined' }))
    }
    return own.length
  }

  forget(): void {
    this.convo = undefined
    if (this.intent?.group === undefined) this.intent = undefined
  }

  #enter({ input, group, generation }: Intent, seq: number, adopts: boolean): void {
    // A welcome has brought it in meanwhile, at a later epoch.
    if (this.convo !== undefined) return
    if (adopts) group!.adopt()
    this.convo = new ClientConvo(this.device.api, input.convoId, group!, seq)
    this.generation = generation
    this.agreement.client(generation, group!)
  }
}
