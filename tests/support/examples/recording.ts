import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { presentable } from './presentable.js'

const METHOD = /\/xrpc\/blue\.catbird\.mls\.(\w+)(?:\?(.*))?$/

/**
 * Keeps, of all calls that this process makes over HTTP, the first answer and the first refusal of each
 * method: what the documentation shows.
 */
export class Recording implements Disposable {
  readonly methods: Record<string, MethodExample> = {}
  readonly #fetch = globalThis.fetch

  constructor(private readonly place: { url: string; serviceDid: string }) {
    globalThis.fetch = async (input, init) => {
      const answer = await this.#fetch(input, init)
      const [, method, query] = METHOD.exec(String(input)) ?? []
      if (method !== undefined) await this.#keep(method, query, init, answer.clone())
      return answer
    }
  }

  [Symbol.dispose](): void {
    globalThis.fetch = this.#fetch
  }

  async #keep(
    method: string,
    query: string | undefined,
    init: RequestInit | undefined,
    answer: Response,
  ): Promise<void> {
    const example = (this.methods[method] ??= {})
    const part = answer.ok ? 'answer' : 'refusal'
    if (
      example[part] !== undefined ||
      answer.headers.get('content-type')?.includes('event-stream')
    ) {
      return
    }
    const show = (value: unknown) => presentable(value, this.place)
    const { body } = init ?? {}
    const kept = {
      status: answer.status,
      ...(query !== undefined && { params: show(paramsOf(query)) }),
      ...(typeof body === 'string' && { input: show(JSON.parse(body)) }),
      ...(isJson(answer) && { output: show(await answer.json().catch(() => undefined)) }),
    }
    example[part] ??= kept
  }
}

/** The examples that are kept in the repository. */
export function storedExamples<T>(name: 'methods' | 'events'): T {
  return JSON.parse(readFileSync(fileOf(name), 'utf8')) as T
}

/** Keeps what was recorded, where that was asked for (`npm run docs:examples`). */
export function storeExamples(name: 'methods' | 'events', examples: object): void {
  if (process.env.UPDATE_EXAMPLES === undefined) return
  const sorted = Object.fromEntries(Object.entries(examples).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(fileOf(name), `${JSON.stringify(sorted, null, 2)}\n`)
}

function fileOf(name: string): string {
  return join(import.meta.dirname, '../../../docs/examples', `${name}.json`)
}

function paramsOf(query: string): Record<string, string | string[]> {
  const params = new URLSearchParams(query)
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name)
      return [name, values.length === 1 ? values[0]! : values]
    }),
  )
}

function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('application/json') ?? false
}

export interface MethodExample {
  answer?: Exchange
  refusal?: Exchange
}

export interface Exchange {
  status: number
  params?: unknown
  input?: unknown
  output?: unknown
}
