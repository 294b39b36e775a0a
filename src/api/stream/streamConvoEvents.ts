import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'
import { servedBefore, serveSse } from './serve-sse.js'

export function streamConvoEvents(server: Server, ctx: Context) {
  serveSse(server, ctx, 'blue.catbird.mls.streamConvoEvents', () => true)
  server.blue.catbird.mls.streamConvoEvents(servedBefore)
}
