const PATIENCE_MS = 60_000

export interface SseBlock {
  id?: string
  event?: string
  data: string
}

/** Reads Server-Sent Events as a browser does (WHATWG HTML §9.2.6), and keeps what came. */
export class SseReader implements AsyncDisposable {
  readonly blocks: SseBlock[] = []
  /** From a `retry` field, in milliseconds. */
  retry: number | undefined
  #comments = 0
  #taken = 0
  #text = ''
  #done: Promise<void>
  #changed = () => {}

  private constructor(
    answer: Response,
    private readonly abort: AbortController,
  ) {
    this.headers = answer.headers
    this.#done = this.#run(answer).catch(() => {})
  }

  readonly headers: Headers

  /** Rejects with `{status, error}` if the answer is no stream. */
  static async open(url: string, { holder, params, lastEventId }: SseOptions): Promise<SseReader> {
    const abort = new AbortController()
    const answer = await fetch(`${url}?${new URLSearchParams(params)}`, {
      signal: abort.signal,
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${holder}`,
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
    })
    if (answer.ok) return new SseReader(answer, abort)
    const { error } = (await answer.json()) as { error: string }
    throw Object.assign(new Error(error), { status: answer.status, error })
  }

  /** The next `count` events. */
  async events(count: number): Promise<SseBlock[]> {
    await this.#until(() => this.blocks.length >= this.#taken + count)
    const blocks = this.blocks.slice(this.#taken, this.#taken + count)
    this.#taken += count
    return blocks
  }

  async comments(count: number): Promise<void> {
    await this.#until(() => this.#comments >= count)
  }

  /** Resolves when the service has ended the stream. */
  get ended(): Promise<void> {
    return this.#done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort.abort()
    await this.#done
  }

  async #until(met: () => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(PATIENCE_MS)
    while (!met()) {
      await new Promise<void>((resolve, reject) => {
        this.#changed = resolve
        deadline.onabort = () => reject(new Error(`only ${this.blocks.length} events came`))
      })
    }
  }

  async #run(answer: Response): Promise<void> {
    const decoder = new TextDecoder()
    for await (const chunk of answer.body!) {
      this.#text += decoder.decode(chunk as Uint8Array, { stream: true })
      for (let end; (end = this.#text.indexOf('\n\n')) >= 0;) {
        this.#take(this.#text.slice(0, end))
        this.#text = this.#text.slice(end + 2)
      }
      this.#changed()
    }
  }

  #take(text: string): void {
    const block: SseBlock = { data: '' }
    for (const line of text.split('\n')) {
      const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line)!
      if (field === '') this.#comments += 1
      else if (field === 'retry') this.retry = Number(value)
      else if (field === 'data') block.data += value
      else if (field === 'id' || field === 'event') block[field] = value!
    }
    if (block.data !== '') this.blocks.push(block)
  }
}

export interface SseOptions {
  holder: string
  params?: Record<string, string>
  lastEventId?: string
}
