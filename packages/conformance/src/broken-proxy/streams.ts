import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { jsonToLex, lexToJson } from '@atproto/lexicon'
import { decodeFirst, encode } from 'cborg'
import WebSocket, { WebSocketServer } from 'ws'
import type { FaultHooks, Json, ProxiedEvent } from './fault.js'

/** Hands a WebSocket to the service, frame by frame; a refusal goes back as it came. */
export function passSocketOn(
  base: string,
  hooks: FaultHooks,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  did: string,
): void {
  const { authorization } = req.headers
  const service = new WebSocket(`${base.replace(/^http/, 'ws')}${req.url}`, {
    headers: authorization === undefined ? {} : { authorization },
  })
  // What comes before the client's side is open is kept.
  const waiting: Buffer[] = []
  const hold = (data: Buffer) => waiting.push(data)
  service.on('message', hold)
  service.on('error', () => socket.destroy())
  service.once('unexpected-response', (_request, response) => {
    socket.write(`HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\n`)
    const type = response.headers['content-type'] ?? 'text/plain'
    socket.write(`content-type: ${type}\r\nconnection: close\r\n\r\n`)
    response.pipe(socket)
  })
  service.once('open', () => {
    const acceptor = new WebSocketServer({ noServer: true })
    acceptor.handleUpgrade(req, socket, head, (client) => {
      const pass = (data: Buffer) => {
        for (const frame of framesFor(hooks, data, did)) client.send(frame)
      }
      service.off('message', hold)
      for (const data of waiting) pass(data)
      service.on('message', pass)
      service.on('close', (code, reason) => endAs(client, code, reason))
      client.on('message', (data: Buffer, binary: boolean) => service.send(data, { binary }))
      client.on('close', () => service.terminate())
      client.on('error', () => service.terminate())
    })
  })
}

/** Hands Server-Sent Events to the client, block by block. */
export async function passEventsOn(
  hooks: FaultHooks,
  response: Response,
  res: ServerResponse,
  did: string,
): Promise<void> {
  res.writeHead(response.status, { 'content-type': response.headers.get('content-type')! })
  res.flushHeaders()
  const decoder = new TextDecoder()
  let text = ''
  const reader = response.body!.getReader()
  res.on('close', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
    for (let end; (end = text.indexOf('\n\n')) >= 0;) {
      for (const block of blocksFor(hooks, text.slice(0, end), did)) res.write(`${block}\n\n`)
      text = text.slice(end + 2)
    }
  }
  res.end()
}

function framesFor(hooks: FaultHooks, frame: Buffer, did: string): Uint8Array[] {
  if (hooks.event === undefined) return [frame]
  const [header, rest] = decodeFirst(frame) as [{ op?: number; t?: string }, Uint8Array]
  if (header.op !== 1) return [frame]
  const body = decodeFirst(rest)[0] as Json
  const event = { type: header.t?.slice(1) ?? '', did, transport: 'socket' as const, body }
  return hooks.event(event).map((one) => (one === event ? frame : frameOf(one)))
}

function frameOf({ type, body }: ProxiedEvent): Uint8Array {
  return Buffer.concat([encode({ op: 1, t: `#${type}` }), encode(body)])
}

function blocksFor(hooks: FaultHooks, block: string, did: string): string[] {
  const type = /^event: ?(.*)$/m.exec(block)?.[1]
  const data = /^data: ?(.*)$/m.exec(block)?.[1]
  if (hooks.event === undefined || type === undefined || data === undefined) return [block]
  const event = { type, did, transport: 'sse' as const, body: jsonToLex(JSON.parse(data)) as Json }
  return hooks.event(event).map((one) => (one === event ? block : blockOf(one)))
}

function blockOf({ type, body }: ProxiedEvent): string {
  return `id: ${body.cursor}\nevent: ${type}\ndata: ${JSON.stringify(lexToJson(body))}`
}

function endAs(client: WebSocket, code: number, reason: Buffer): void {
  if (code === 1005 || code === 1006) client.terminate()
  else client.close(code, reason)
}
