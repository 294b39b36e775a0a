import type { AddressInfo } from 'node:net'
import { createServer } from '../../src/lexicon/index.js'
import { ANSWER } from './answer.js'
import { tellUrl } from './reference.js'

/** `@atproto/xrpc-server` with the same lexicon: it parses and validates the body, and nothing is done. */
const server = createServer({ validateResponse: false })
server.blue.catbird.mls.sendMessage({
  handler: async () => ({ encoding: 'application/json', body: ANSWER }),
})
const listening = server.xrpc.router.listen(0, '127.0.0.1', () =>
  tellUrl((listening.address() as AddressInfo).port),
)
