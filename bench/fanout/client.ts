import { connect, type Socket } from 'node:net'
import { frameLength } from './frame-length.js'
import { memberName } from './member-name.js'

/**
 * Many WebSocket connections that look at the lengths of frames and at nothing else: a real client's
 * work would take the processor from the server that is measured.
 */
const { hostname, port, pathname } = new URL(process.argv[2]!)
const first = Number(process.argv[3])
const count = Number(process.argv[4])
/** How many connections have got message 1, 2, 3 … beyond those that all have. */
const reached: number[] = []
let everywhere = 0

await Promise.all(Array.from({ length: count }, (_, i) => open(memberName(first + i))))
process.on('disconnect', () => process.exit())
process.send!('ready')

function open(name: string): Promise<void> {
  const socket = connect(Number(port), hostname)
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${name}\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  return new Promise((resolve, reject) => {
    socket.once('data', (answer) => {
      if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) {
        reject(new Error(answer.toString('latin1')))
        return
      }
      countMessages(socket)
      resolve()
    })
  })
}

function countMessages(socket: Socket): void {
  let messages = 0
  let skip = 0
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (;;) {
      const skipped = Math.min(skip, data.length)
      data = data.subarray(skipped)
      skip -= skipped
      const length = skip === 0 ? frameLength(data) : undefined
      if (length === undefined) break
      skip = length
      arrived(++messages)
    }
    rest = Buffer.from(data)
  })
}

function arrived(message: number): void {
  const index = message - everywhere - 1
  reached[index] = (reached[index] ?? 0) + 1
  if (reached[index] === 1) process.send!({ first: message })
  if (reached[0] !== count) return
  while (reached[0] === count) {
    reached.shift()
    everywhere += 1
  }
  process.send!({ all: everywhere })
}
