import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { serveOrders } from './contender.js'

/** The reference: `ws` as it comes, without compression, and one buffer that is ready. */
const frameBytes = Number(process.argv[3])
const buffer = Buffer.alloc(frameBytes, 7)
const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serveOrders({ url: `http://127.0.0.1:${port}/`, description: 'none', frameBytes }, () => {
    for (const client of sockets.clients) client.send(buffer)
  })
})
