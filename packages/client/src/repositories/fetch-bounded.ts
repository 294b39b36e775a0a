import { concat, fromUtf8 } from '../lib/bytes.js'
import { RepositoryError } from './repository-error.js'

const TIMEOUT_MS = 10_000

/**
 * What is at `url`: over https, or on localhost where that is allowed, without a redirect, and no more than
 * `maxBytes`. `undefined` for 400 and 404: there is no such thing.
 */
export async function fetchBounded(
  url: URL,
  { maxBytes, allowLocalhost }: Bounds,
): Promise<Uint8Array | undefined> {
  const local = url.protocol === 'http:' && url.hostname === 'localhost'
  if (url.protocol !== 'https:' && !(local && allowLocalhost)) {
    throw new RepositoryError('unreachable', `${url.host} is not reached by https`)
  }
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const answer = await fetch(url, { redirect: 'error', credentials: 'omit', signal })
    if (answer.status === 400 || answer.status === 404) {
      await answer.body?.cancel()
      return undefined
    }
    if (!answer.ok) throw new RepositoryError('unreachable', `${url.host} said ${answer.status}`)
    return await bytesOf(answer, maxBytes)
  } catch (cause) {
    if (cause instanceof RepositoryError) throw cause
    throw new RepositoryError('unreachable', `${url.host} cannot be reached`, { cause })
  }
}

export async function fetchJson(url: URL, bounds: Bounds): Promise<unknown> {
  const bytes = await fetchBounded(url, bounds)
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(fromUtf8(bytes))
  } catch (cause) {
    throw new RepositoryError('unreachable', `${url.host} gave no JSON`, { cause })
  }
}

async function bytesOf(answer: Response, maxBytes: number): Promise<Uint8Array> {
  if (answer.body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  const reader = answer.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concat(...parts)
    length += value.length
    if (length > maxBytes) {
      await reader.cancel()
      throw new RepositoryError('unreachable', `more than ${maxBytes} bytes came`)
    }
    parts.push(value)
  }
}

export interface Bounds {
  maxBytes: number
  /** Plain http on localhost: for development alone. */
  allowLocalhost: boolean
}
