import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../../src/db/types.js'
import { registerPush } from '../../src/devices/push.js'
import { sendPushes } from '../../src/jobs/send-pushes.js'
import type { ConvoId, DeviceId, Did } from '../../src/lib/ids.js'
import { readHorizonLag } from '../../src/outbox/horizon.js'
import type { Platform } from '../../src/push/platform.js'
import type { Push, PushOutcome, PushProvider } from '../../src/push/provider.js'
import type { PushSettings } from '../../src/push/settings.js'
import { createTokenVault } from '../../src/push/token-vault.js'
import { NO_BLOBS } from './blob-stores.js'
import type { StreamStage } from './stream-stage.js'

/** Nothing waits, but what a test says. */
const AT_ONCE: PushSettings = {
  delayMs: 0,
  connectedMs: 0,
  claimMs: 60_000,
  retryMs: 0,
  giveUpMs: 3_600_000,
}

/** Pushes on a stream stage, to a provider that takes note and answers as it is told. */
export class PushStage {
  /** Every push that the provider was given. */
  readonly sent: Push[] = []
  /** How it answers the next ones; then `sent`. */
  readonly answers: PushOutcome[] = []
  /** Is called while the provider has a push. */
  whileSending: (() => Promise<void>) | undefined
  readonly failures: [Platform, number][] = []
  readonly connected = new Set<string>()
  readonly vault = createTokenVault(randomBytes(32).toString('hex'))
  readonly #tokens = new Map<string, string>()

  constructor(
    readonly stage: StreamStage,
    readonly settings: Partial<PushSettings> = {},
  ) {}

  /** Registers a device, and its token. */
  async wakes(did: Did, deviceId: string, token = randomBytes(32).toString('hex')) {
    const { db } = this.stage.database
    const known = await db
      .selectFrom('devices')
      .select('did')
      .where('did', '=', did)
      .where('device_id', '=', deviceId as DeviceId)
      .executeTakeFirst()
    if (!known) await this.stage.device(did, deviceId)
    this.#tokens.set(token, `${did}#${deviceId}`)
    const offer = { vault: this.vault, platforms: ['ios' as const] }
    const deps = { db, push: offer, clock: () => new Date() }
    await registerPush(deps, { did, deviceId: deviceId as DeviceId, platform: 'ios', token })
    return token
  }

  /** One turn of the job, as of a process of its own, after all that has happened can be read. */
  async run(
    db: Db = this.stage.database.db,
    settings: Partial<PushSettings> = {},
  ): Promise<number> {
    while ((await readHorizonLag(this.stage.database.db)) > 0) await sleep(5)
    const job = sendPushes({
      db,
      incarnation: this.stage.incarnation,
      vault: this.vault,
      providers: new Map([['ios', this.#provider()]]),
      settings: { ...AT_ONCE, ...this.settings, ...settings },
      isConnected: (did, deviceId) => this.connected.has(`${did}#${deviceId}`),
      onFailure: (platform, status) => void this.failures.push([platform, status]),
    })
    return job.run({ db, blobs: NO_BLOBS, retention: NONE }, new AbortController().signal)
  }

  /** Whom the pushes since the last call were for, sorted: `<did>#<deviceId>` and the conversation. */
  woken(convoIds: readonly ConvoId[]): string[] {
    return this.sent
      .splice(0)
      .map(({ token, topic }) => {
        const name = this.#tokens.get(token) ?? 'nobody'
        const [did, deviceId] = name.split('#') as [Did, DeviceId]
        const owner = { did, deviceId }
        const convoId = convoIds.find((each) => this.vault.topic(owner, each) === topic)
        return `${name} ${convoIds.indexOf(convoId!)}`
      })
      .sort()
  }

  async queued(): Promise<number> {
    const rows = await this.stage.database.db.selectFrom('push_queue').select('seq').execute()
    return rows.length
  }

  #provider(): PushProvider {
    return {
      send: async (push) => {
        this.sent.push(push)
        await this.whileSending?.()
        return this.answers.shift() ?? { outcome: 'sent' }
      },
      async [Symbol.asyncDispose]() {},
    }
  }
}

const NONE = { events: 7, welcomes: 30, messages: 0 }
