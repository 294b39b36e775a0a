import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { InvalidRequestError, TooLargeError } from '../errors.js'
import { isStorable } from './storable-text.js'

const DEPTH_MAX = 32

/**
 * The JSON value that is the request's body, of at most `maxBytes` as sent.
 *
 * @NOTE Express' own parser reads a body that is too large to its end before it says so, and an
 * endless one has no end. Here the answer goes out with the first byte too many.
 *
 * @throws {TooLargeError} with the first byte above `maxBytes`
 * @throws {InvalidRequestError} unless it is UTF-8, JSON, nested no deeper than 32, and its texts are
 *   such as the database can keep
 */
export async function readJson(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(req, maxBytes)
  if (!isUtf8(bytes)) throw new InvalidRequestError('The body must be UTF-8')
  const value = parse(bytes.toString('utf8'))
  if (!isFlatterThan(value, DEPTH_MAX)) {
    throw new InvalidRequestError(`The body is nested deeper than ${DEPTH_MAX} levels`)
  }
  if (!hasStorableTexts(value)) {
    throw new InvalidRequestError('The body has a text with U+0000 or a lone surrogate')
  }
  return value
}

function readBytes(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else fail(new TooLargeError(`The body is larger than ${maxBytes} bytes`))
    }
    const onEnd = () => {
      stop()
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size))
    }
    const onClose = () => fail(new InvalidRequestError('The body ended too early'))
    const fail = (error: Error) => {
      stop()
      reject(error)
    }
    const stop = () => {
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
    }
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new InvalidRequestError('The body is not valid JSON')
  }
}

function isFlatterThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  for (const inner of Object.values(value)) {
    if (!isFlatterThan(inner, levels - 1)) return false
  }
  return true
}

function hasStorableTexts(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(hasStorableTexts)
}
