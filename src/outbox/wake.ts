import { randomBytes } from 'node:crypto'
import type { Backend } from '../backend/backend.js'
import type { Database } from '../db/types.js'

/** Between two signals to other processes: what happens meanwhile is one signal. */
const SPACING_MS = 10
const CHANNEL = 'catbird_events'

export interface WakeUps extends AsyncDisposable {
  /** Tells all processes that there may be new events; returns at once. Call it after the commit. */
  signal(): void
}

/**
 * Hints between processes that the event stream has grown: through Redis where there is one, else by
 * NOTIFY; an embedded database has one process, which hears itself. Any of them may be lost, and NOTIFY
 * inside the writing transaction would make commits wait for each other (0.27 of the rate).
 */
export async function openWakeUps(
  { database, backend }: WakeUpDeps,
  wake: () => void,
  onError: (error: unknown) => void,
): Promise<WakeUps> {
  const post =
    backend.kind === 'redis'
      ? await throughBackend(backend, wake)
      : database.kind === 'postgres'
        ? await throughDatabase(database, wake)
        : undefined
  let waiting = false
  let timer: NodeJS.Timeout | undefined

  function send(): void {
    if (timer) {
      waiting = true
      return
    }
    timer = setTimeout(() => {
      timer = undefined
      if (!waiting) return
      waiting = false
      send()
    }, SPACING_MS).unref()
    post!.send().catch(onError)
  }

  return {
    signal() {
      wake()
      if (post) send()
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      await post?.subscription[Symbol.asyncDispose]()
    },
  }
}

async function throughBackend(backend: WakeUpDeps['backend'], wake: () => void): Promise<Post> {
  const self = randomBytes(8)
  const subscription = await backend.subscribe(CHANNEL, (from) => {
    if (self.compare(from) !== 0) wake()
  })
  return { send: () => backend.publish(CHANNEL, self), subscription }
}

async function throughDatabase(database: WakeUpDeps['database'], wake: () => void): Promise<Post> {
  const subscription = await database.listen(CHANNEL, wake)
  return { send: () => database.notify(CHANNEL), subscription }
}

interface Post {
  send(): Promise<void>
  subscription: AsyncDisposable
}

export interface WakeUpDeps {
  database: Pick<Database, 'kind' | 'listen' | 'notify'>
  backend: Pick<Backend, 'kind' | 'publish' | 'subscribe'>
}
