/** Waits, or rejects with the signal's reason as soon as that is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal))
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    const stop = () => {
      clearTimeout(timer)
      reject(reasonOf(signal))
    }
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** Half of `ms` to all of it: what many clients do at the same moment spreads out. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2)
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted')
}
