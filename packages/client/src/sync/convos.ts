import { readPages } from '../api/pages.js'
import type { ConvoView, WelcomeView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { catchUp } from '../convo/catch-up.js'
import { submitCreation } from '../convo/create.js'
import { finishInvited, retreat } from '../convo/invited.js'
import { joinByCommit, joinByWelcome, waitingRecord } from '../convo/join.js'
import { schedulePending } from '../convo/membership.js'
import { refresh, takeView } from '../convo/refresh.js'
import { flush } from '../convo/send.js'
import { ConvoState } from '../convo/state.js'
import type { ConvoDeps } from '../convo/state.js'
import { settle } from '../convo/submit.js'
import { Lane } from '../lib/lane.js'

/** The conversations of this device, by id. */
export class Convos {
  readonly #states = new Map<string, ConvoState>()
  /** Taken by two at once, a welcome would make two states of one conversation. */
  readonly #welcomes = new Lane()

  private constructor(readonly deps: ConvoDeps) {}

  static async load(deps: ConvoDeps): Promise<Convos> {
    const convos = new Convos(deps)
    for (const state of await ConvoState.loadAll(deps)) convos.put(state)
    return convos
  }

  get(convoId: string): ConvoState | undefined {
    const state = this.#states.get(convoId)
    return state?.forgotten === true ? undefined : state
  }

  all(): ConvoState[] {
    return [...this.#states.values()].filter(({ forgotten }) => !forgotten)
  }

  put(state: ConvoState): ConvoState {
    this.#states.set(state.convoId, state)
    return state
  }

  /**
   * Brings everything up to date: what an earlier run left unfinished, welcomes, every log, and what
   * waits to be sent. Trouble with one conversation stays its own.
   */
  async syncAll(): Promise<void> {
    for (const state of this.all()) {
      if (state.record.status === 'creating') await this.#guarded(state, () => this.#create(state))
    }
    for (const state of this.all()) {
      if (state.staged?.invite !== undefined) await this.#guarded(state, () => this.#enter(state))
    }
    await this.takeWelcomes()
    const known = this.all()
    const views = await this.#listViews()
    const listed = new Set(views.map(({ convoId }) => convoId))
    for (const state of known) if (!listed.has(state.convoId)) await this.#dropUnborn(state)
    for (const view of views) {
      const state = this.get(view.convoId)
      if (state === undefined && view.status === 'left') continue
      const present = state ?? this.put(await ConvoState.create(this.deps, waitingRecord(view)))
      await this.#guarded(present, () => this.syncOne(present, view))
    }
  }

  /** Joins by all welcomes that wait for this device. */
  takeWelcomes(): Promise<void> {
    return this.#welcomes.run(async () => {
      for (const welcome of await this.#listWelcomes()) {
        const state = this.put(await joinByWelcome(this.deps, welcome, this.get(welcome.convoId)))
        await this.#guarded(state, async () => {
          await catchUp(state)
          if (state.record.status === 'active') await refresh(state)
        })
      }
    })
  }

  /** A member's device without working state comes in: by a welcome, or else by a commit. */
  async comeIn(state: ConvoState): Promise<void> {
    if (state.record.status === 'waiting') await this.takeWelcomes()
    if (state.record.status === 'waiting') await joinByCommit(state)
  }

  async syncOne(state: ConvoState, view: ConvoView): Promise<void> {
    await settle(state)
    await takeView(state, view)
    if (view.lastSeq > state.record.applied && state.record.status !== 'waiting') {
      await catchUp(state)
    }
    if (state.record.status === 'gone' && view.status !== 'left') {
      // Removed and added again without a welcome for this device.
      await state.transitions.run(() => state.save({ record: { status: 'waiting' } }))
    }
    if (view.status !== 'left') await this.comeIn(state)
    if (state.record.status !== 'active') return
    schedulePending(state)
    await flush(state)
  }

  async #create(state: ConvoState): Promise<void> {
    await submitCreation(state)
  }

  /** An earlier run had begun to come in by an invite. */
  async #enter(state: ConvoState): Promise<void> {
    if (!(await finishInvited(state))) await retreat(state)
  }

  /** A run ended after an invite had not let it in. */
  async #dropUnborn(state: ConvoState): Promise<void> {
    const { status, applied } = state.record
    if (status !== 'waiting' || applied > 0 || state.staged !== undefined) return
    await state.forget()
  }

  async #guarded(state: ConvoState, work: () => Promise<void>): Promise<void> {
    const { signal, events } = this.deps
    try {
      await work()
    } catch (error) {
      if (signal.aborted) throw error
      const cause = error instanceof Error ? error : new Error(String(error))
      events.emit({ type: 'trouble', convoId: state.convoId, error: cause })
    }
  }

  async #listViews(): Promise<ConvoView[]> {
    return readPages(async (page) => {
      const { conversations, cursor } = await this.deps.service.call('getConvos', (mls, options) =>
        mls.getConvos({ limit: 100, ...page }, options),
      )
      return { items: conversations, cursor }
    })
  }

  async #listWelcomes(): Promise<WelcomeView[]> {
    const { deviceId } = this.deps.device
    return readPages(async (page) => {
      const { welcomes, cursor } = await this.deps.service.call('getWelcomes', (mls, options) =>
        mls.getWelcomes({ deviceId, ...page }, options),
      )
      return { items: welcomes, cursor }
    })
  }
}
