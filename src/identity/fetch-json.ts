import { LookupError } from './lookup-error.js'

/**
 * The JSON at `url`, within `LOOKUP_TIMEOUT_MS` from the connection to the last byte, of at most
 * `MAX_DOCUMENT_BYTES` (after decompression), without any redirect. Throws a `LookupError`.
 */
export async function fetchJson(fetch: Fetch, url: URL): Promise<unknown> {
  const signal = AbortSignal.timeout(LOOKUP_TIMEOUT_MS)
  try {
    const response = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/did+ld+json, application/json' },
      signal,
    })
    if (response.status === 404 || response.status === 410) {
      throw await abandoned(response, new LookupError('it does not exist', { gone: true }))
    }
    if (response.status === 400 && isJson(response)) {
      throw refusal(await boundedText(response, signal))
    }
    if (!response.ok) {
      throw await abandoned(response, new LookupError(`its host answered ${response.status}`))
    }
    if (!isJson(response)) {
      throw await abandoned(response, new LookupError('its host answered with no JSON document'))
    }
    return JSON.parse(await boundedText(response, signal))
  } catch (error) {
    throw lookupError(error, signal)
  }
}

export const LOOKUP_TIMEOUT_MS = 3000
/** An account's document with one key and one service has about 500 bytes. */
export const MAX_DOCUMENT_BYTES = 64 * 1024

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)*json\s*(?:;|$)/i

function isJson(response: Response): boolean {
  return JSON_TYPE.test(response.headers.get('content-type') ?? '')
}

/** What an XRPC service says with a 400 (AT Protocol, HTTP API: error responses). */
function refusal(text: string): LookupError {
  const { error, message } = (JSON.parse(text) ?? {}) as { error?: unknown; message?: unknown }
  return new LookupError('its host answered 400', {
    refusal: { error: String(error), message: String(message) },
  })
}

async function boundedText(response: Response, signal: AbortSignal): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  // A body that drips is cut off by us: not every wrapped fetch passes the signal on to it.
  const stop = () => void reader.cancel(signal.reason).catch(() => {})
  signal.addEventListener('abort', stop)
  try {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
      bytes += value.byteLength
      if (bytes > MAX_DOCUMENT_BYTES) {
        stop()
        throw new LookupError('what its host answered is too large')
      }
      chunks.push(value)
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function abandoned(response: Response, error: LookupError): Promise<LookupError> {
  await response.body?.cancel().catch(() => {})
  return error
}

function lookupError(error: unknown, signal: AbortSignal): LookupError {
  if (error instanceof LookupError) return error
  if (signal.aborted) return new LookupError('its host did not answer in time', { cause: error })
  if (error instanceof SyntaxError || (error instanceof TypeError && isEncodingError(error))) {
    return new LookupError('its host answered with no JSON document', { cause: error })
  }
  return new LookupError('its host cannot be reached', { cause: error })
}

function isEncodingError(error: TypeError): boolean {
  return 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
}

export type Fetch = (url: URL, init: RequestInit) => Promise<Response>
