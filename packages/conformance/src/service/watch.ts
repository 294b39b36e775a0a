import { lexicons } from '../../../client/src/lexicon/lexicons.js'
import type { Outcome } from './caller.js'
import { NAMESPACE } from './service.js'

/** What an error's message may have at most: words, not data. */
const LONGEST_MESSAGE = 2_000
const KEPT = 5

/**
 * Looks at every answer of a run, whatever asked for it: that it is what the lexicon says, that an error
 * is declared and explained, that the service never breaks.
 */
export class Watch {
  calls = 0
  waitedSeconds = 0
  /** By kind: the first few, in words. */
  readonly #faults: Record<FaultKind, string[]> = {
    broken: [],
    undeclared: [],
    answer: [],
    words: [],
  }

  saw(outcome: Outcome, sent?: object): void {
    this.calls += 1
    const { method, status, error, message = '' } = outcome
    const nsid = `${NAMESPACE}.${method}`
    if (status >= 500 && status !== 501 && status !== 502 && status !== 503) {
      this.#note('broken', `${method} answered ${status} ${error}: ${message}`)
    }
    if (status === 429) this.#checkLimit(outcome)
    const def = lexicons.getDef(nsid)
    if (def === undefined) return
    // A method that is not there yet says so in the protocol's own words.
    if (status === 501) return
    if (error === undefined) {
      this.#checkAnswer(nsid, outcome)
      return
    }
    const declared = 'errors' in def ? (def.errors ?? []).map(({ name }) => name) : []
    if (!declared.includes(error)) {
      this.#note(
        'undeclared',
        `${method} answered ${status} ${error}, which its lexicon does not name`,
      )
    }
    const quotes = bytesOf(sent).some((bytes) => message.includes(bytes))
    if (message.trim() === '' || message.length > LONGEST_MESSAGE || quotes) {
      this.#note('words', `${method} ${error}: “${message.slice(0, 80)}”`)
    }
  }

  waited(seconds: number): void {
    this.waitedSeconds += seconds
  }

  faults(kind: FaultKind): readonly string[] {
    return this.#faults[kind]
  }

  /** A frame of a stream, as it came. */
  sawEvent(type: string, body: object): void {
    const nsid = `${NAMESPACE}.subscribeConvoEvents`
    const result = lexicons.validate(`${nsid}#${type}`, { ...body, $type: `${nsid}#${type}` })
    if (!result.success) this.#note('answer', `${type}: ${result.error.message}`)
  }

  #checkAnswer(nsid: string, { method, answer, headers }: Outcome): void {
    const def = lexicons.getDefOrThrow(nsid)
    if (!('output' in def) || def.output?.encoding !== 'application/json') return
    if (!headers.get('content-type')?.startsWith('application/json')) {
      this.#note('answer', `${method} answered as ${headers.get('content-type')}`)
      return
    }
    try {
      lexicons.assertValidXrpcOutput(nsid, answer)
    } catch (error) {
      this.#note('answer', `${method}: ${(error as Error).message}`)
    }
  }

  #checkLimit({ method, headers }: Outcome): void {
    if (headers.has('ratelimit-limit') || headers.has('retry-after')) return
    this.#note('words', `${method} answered 429 without RateLimit-* headers`)
  }

  #note(kind: FaultKind, words: string): void {
    const known = this.#faults[kind]
    if (known.length < KEPT && !known.includes(words)) known.push(words)
  }
}

/** Bytes of a request in the two ways in which a message could quote them: the first 24 of each. */
function bytesOf(sent: unknown): string[] {
  if (sent instanceof Uint8Array) {
    const start = Buffer.from(sent).subarray(0, QUOTE_BYTES)
    return start.length < QUOTE_BYTES ? [] : [start.toString('hex'), start.toString('base64')]
  }
  if (typeof sent !== 'object' || sent === null) return []
  return Object.values(sent).flatMap(bytesOf)
}

const QUOTE_BYTES = 24

/** The service broke, an error is undeclared, an answer is not what the lexicon says, an error says nothing. */
export type FaultKind = 'broken' | 'undeclared' | 'answer' | 'words'
