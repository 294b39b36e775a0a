import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryStore, MlsClient, serviceTokens } from '../../packages/client/src/index.js'
import type {
  ClientEvent,
  ClientOptions,
  Conversation,
  Store,
} from '../../packages/client/src/index.js'
import type { TestAccount } from './plc.js'
import type { TestService } from './service.js'

const PATIENCE_MS = 60_000
/** The same for all: a store opens again whoever wrote it. */
export const STORE_KEY = new Uint8Array(32).fill(7)

/** Clients of the SDK at a service of this process; all of them are closed with it. */
export class SdkStage implements AsyncDisposable {
  readonly #clients = new Set<SdkClient>()

  constructor(readonly service: TestService) {}

  /** A device of an account, new ones by default; not connected yet. */
  async open(options: Partial<SdkOptions> = {}): Promise<SdkClient> {
    const account = options.account ?? (await this.service.createAccount())
    const store = options.store ?? new MemoryStore()
    const { url } = this.service
    const client = await MlsClient.open({
      service: url,
      auth: options.auth ?? serviceTokens(account.did, (claims) => account.token(claims)),
      storeKey: STORE_KEY,
      keyPackages: 5,
      removalDelayMs: 200,
      ...options,
      store,
    })
    const opened = new SdkClient(client, account, store)
    this.#clients.add(opened)
    return opened
  }

  /** Devices of new accounts that are online. */
  async online(count: number): Promise<SdkClient[]> {
    const clients = await Promise.all(Array.from({ length: count }, () => this.open()))
    await Promise.all(clients.map((client) => client.start()))
    return clients
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#clients].map(({ mls }) => mls.close().catch(() => {})))
  }
}

/** A client with everything that it has told. */
export class SdkClient {
  readonly events: ClientEvent[] = []

  constructor(
    readonly mls: MlsClient,
    readonly account: ClientAccount,
    readonly store: Store,
  ) {
    mls.listen((event) => this.events.push(event))
  }

  get did(): string {
    return this.account.did
  }

  async start(): Promise<void> {
    this.mls.start()
    await until('it is online', () => this.mls.online)
  }

  /** The conversation, as soon as this device is in it. */
  async joined(convoId: string): Promise<Conversation> {
    const find = () => this.mls.conversations().find(({ id }) => id === convoId)
    await until(`it is in ${convoId}`, () => find()?.status === 'active')
    return find()!
  }

  /** Texts of the conversation, in the order of the log, as the store has them. */
  async texts(convoId: string): Promise<string[]> {
    const history = await this.mls.conversation(convoId).history({ limit: 10_000 })
    return history.flatMap((entry) =>
      entry.kind === 'message' && entry.payload.type === 'text' ? [entry.payload.text] : [],
    )
  }

  /** Waits until these are the last texts of the conversation. */
  async read(convoId: string, ...wanted: string[]): Promise<void> {
    let last: string[] = []
    await until(
      () => `it reads ${wanted.join(', ')}, not ${last.join(', ')}`,
      async () => {
        last = await this.texts(convoId)
        return JSON.stringify(last.slice(-wanted.length)) === JSON.stringify(wanted)
      },
    )
  }
}

/** Waits for a condition, or throws what it waited for. */
export async function until(
  what: string | (() => string),
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`waited in vain until ${typeof what === 'string' ? what : what()}`)
    }
    await sleep(20)
  }
}

interface SdkOptions extends ClientOptions {
  account: ClientAccount
}

/** Whoever gets service tokens. */
type ClientAccount = Pick<TestAccount, 'did' | 'token'>
