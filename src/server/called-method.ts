import type { IncomingMessage } from 'node:http'
import { extractUrlNsid } from '@atproto/xrpc-server'

const NSID = Symbol('nsid')

/** The name of the method that a request calls, whether there is one of that name or not. */
export function calledMethod(req: Called): string | undefined {
  // Several ask, for each request.
  req[NSID] ??= extractUrlNsid(req.originalUrl) ?? NONE
  return req[NSID] === NONE ? undefined : req[NSID]
}

/** No method has this name. */
const NONE = ''

interface Called extends IncomingMessage {
  originalUrl: string
  [NSID]?: string
}
