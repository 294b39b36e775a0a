import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ANSWER } from './answer.js'
import { tellUrl } from './reference.js'

/** Reads the body, looks at nothing, answers as the service does. */
const text = JSON.stringify(ANSWER)
const server = createServer((req, res) => {
  req.on('data', () => {})
  req.on('end', () => {
    res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length })
    res.end(text)
  })
})
server.listen(0, '127.0.0.1', () => tellUrl((server.address() as AddressInfo).port))
