import { jsonToLex } from '@atproto/lexicon'
import type { Caller } from './caller.js'
import { EventQueue } from './event-queue.js'
import { StreamRefused } from './socket-stream.js'
import type { EventStream, StreamOptions } from './stream.js'

/** Opens the stream as Server-Sent Events, on `subscribeConvoEvents` or on its other path. */
export async function openSse(
  caller: Caller,
  { token, lastEventId, path = 'subscribeConvoEvents', ...params }: SseOptions = {},
): Promise<EventStream> {
  const abort = new AbortController()
  const bearer = token ?? (params.ticket === undefined ? await caller.token(path) : '')
  const response = await fetch(caller.address(path, params), {
    signal: abort.signal,
    headers: {
      accept: 'text/event-stream',
      ...(bearer !== '' && { authorization: `Bearer ${bearer}` }),
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
  })
  const type = response.headers.get('content-type') ?? ''
  if (!response.ok || !type.startsWith('text/event-stream')) {
    const refused = new StreamRefused(response.status, await response.text())
    abort.abort()
    throw refused
  }
  const queue = new EventQueue(caller.watch)
  const done = read(response, queue).then(
    () => queue.end(),
    () => queue.end(),
  )
  return {
    queue,
    async [Symbol.asyncDispose]() {
      abort.abort()
      await done
    },
  }
}

/** Blocks end with an empty line (WHATWG HTML §9.2.6). */
async function read(response: Response, queue: EventQueue): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true }).replaceAll('\r\n', '\n')
    for (let end; (end = text.indexOf('\n\n')) >= 0;) {
      takeBlock(queue, text.slice(0, end))
      text = text.slice(end + 2)
    }
  }
}

function takeBlock(queue: EventQueue, block: string): void {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    fields.set(field, field === 'data' ? (fields.get('data') ?? '') + value : value)
  }
  const data = fields.get('data')
  if (data === undefined) return
  const body = jsonToLex(JSON.parse(data)) as Record<string, unknown>
  const { $type, ...rest } = body
  const type = fields.get('event') ?? String($type).split('#').at(-1)!
  if (type === 'error') queue.end(String(rest.error))
  else queue.take(type, { ...rest, ...(fields.has('id') && { [SSE_ID]: fields.get('id') }) })
}

/** Where the `id` of an event's block is kept: it is to be the event's cursor. */
export const SSE_ID = '#id'

export interface SseOptions extends StreamOptions {
  lastEventId?: string
  path?: 'subscribeConvoEvents' | 'streamConvoEvents'
}
