import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Did } from '../../src/lib/ids.js'

/**
 * A host of one `did:web:localhost%3A<port>`, which answers every request with what `respond` was
 * given last (until then with 404), and counts them.
 */
export async function startDidWebHost(): Promise<DidWebHost> {
  let requests = 0
  let respond: Responder = (_req, res) => void res.writeHead(404).end()
  const server = createServer((req, res) => {
    requests += 1
    respond(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }

  return {
    did: `did:web:localhost%3A${port}` as Did,
    url: `http://localhost:${port}`,
    requestCount: () => requests,
    respond(next) {
      respond = next
    },
    serve(document) {
      respond = (_req, res) => {
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

export type Responder = (req: IncomingMessage, res: ServerResponse) => void

export interface DidWebHost extends AsyncDisposable {
  did: Did
  url: string
  requestCount(): number
  respond(responder: Responder): void
  serve(document: object): void
  close(): Promise<void>
}
