import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tellUrl } from './reference.js'

/** Looks at nothing, and answers with as many bytes as the query says. */
const server = createServer((req, res) => {
  const bytes = Number(new URL(req.url!, 'http://localhost').searchParams.get('bytes'))
  res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes })
  res.end(Buffer.alloc(bytes, 0x20))
})
server.listen(0, '127.0.0.1', () => tellUrl((server.address() as AddressInfo).port))
