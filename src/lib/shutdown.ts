/** npm and terminals each pass a Ctrl-C on: what comes this soon after is the same signal. */
const SAME_SIGNAL_MS = 500
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * An abort signal that fires with the first SIGTERM or SIGINT. A second one ends the process at
 * once, by the signal itself, whatever still runs.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  let stoppedAt = 0
  const listen = (name: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      stoppedAt = performance.now()
      controller.abort(name)
      return
    }
    if (performance.now() - stoppedAt < SAME_SIGNAL_MS) return
    for (const each of STOP_SIGNALS) process.off(each, listen)
    process.kill(process.pid, name)
  }
  for (const each of STOP_SIGNALS) process.on(each, listen)
  return controller.signal
}

/** Resolves with the reason of `signal` once it has fired. */
export function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason)
    else signal.addEventListener('abort', () => resolve(signal.reason), { once: true })
  })
}
