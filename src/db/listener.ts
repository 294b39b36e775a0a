import pg from 'pg'

const RECONNECT_MIN_MS = 100
const RECONNECT_MAX_MS = 5_000

export interface Listener extends AsyncDisposable {
  listen(channel: string, handler: () => void): Promise<AsyncDisposable>
}

/**
 * One LISTEN connection for the whole process, made at the first `listen` and remade when it breaks.
 * After a reconnect every handler is called once, since notifications may have passed meanwhile.
 */
export function createListener(url: string, onError: (error: Error) => void): Listener {
  const handlers = new Map<string, Set<() => void>>()
  let client: pg.Client | undefined
  let connecting: Promise<void> | undefined
  let closed = false
  let delayMs = RECONNECT_MIN_MS
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'catbird-mls listen',
      keepAlive: true,
    })
    next.on('error', onError)
    next.on('end', () => {
      if (client === next) client = undefined
      scheduleReconnect()
    })
    next.on('notification', ({ channel }) => call(channel))
    try {
      await next.connect()
      for (const channel of handlers.keys())
        await next.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      await next.end().catch(() => {})
      throw error
    }
    client = next
    delayMs = RECONNECT_MIN_MS
    for (const channel of handlers.keys()) call(channel)
  }

  function ensureConnected(): Promise<void> {
    connecting ??= connect().finally(() => {
      connecting = undefined
    })
    return connecting
  }

  function scheduleReconnect(): void {
    if (closed || timer || client || handlers.size === 0) return
    timer = setTimeout(() => {
      timer = undefined
      if (closed || client) return
      ensureConnected().catch((error: Error) => {
        onError(error)
        delayMs = Math.min(delayMs * 2, RECONNECT_MAX_MS)
        scheduleReconnect()
      })
    }, delayMs)
    timer.unref()
  }

  function call(channel: string): void {
    for (const handler of handlers.get(channel) ?? []) handler()
  }

  return {
    async listen(channel, handler) {
      const existing = handlers.get(channel)
      if (existing) existing.add(handler)
      else handlers.set(channel, new Set([handler]))
      if (!client) await ensureConnected()
      else if (!existing) await client.query(`listen ${pg.escapeIdentifier(channel)}`)
      return {
        async [Symbol.asyncDispose]() {
          handlers.get(channel)?.delete(handler)
        },
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      clearTimeout(timer)
      handlers.clear()
      await connecting?.catch(() => {})
      await client?.end()
    },
  }
}
