import type { Request } from 'express'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { servedBefore, serveSse } from './serve-sse.js'

/** Over WebSocket it comes as an upgrade, which the HTTP server hands to `ctx.stream`. */
export function subscribeConvoEvents(server: Server, ctx: Context) {
  serveSse(server, ctx, 'blue.catbird.mls.subscribeConvoEvents', wantsEventStream)
  server.blue.catbird.mls.subscribeConvoEvents(servedBefore)
}

function wantsEventStream(req: Request): boolean {
  return /\btext\/event-stream\b/i.test(req.headers.accept ?? '')
}
